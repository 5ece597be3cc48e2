"""Where text is: files, spans, terminal width; diagnostics, their codes and their renderers.

In: the text of a user's file. Out: spans into it and diagnostics about it. Nothing here knows what a policy is.
"""
