"""What was written: YAML as nodes with spans, lark as expression trees, and back to text.

In: a source file. Out: a surface policy whose every scalar knows its characters. Nothing is resolved here.
"""
