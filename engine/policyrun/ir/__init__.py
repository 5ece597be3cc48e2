"""The checked policy: typed expressions, the nouns that hold them, the tables of operators and of cell types.

In: what ``check`` has found sound. Out: all that an engine needs; an engine looks at nothing else. Every name is
resolved, every expression has a type and a span, every rule its grounds.
"""
