"""Diagnostics as text for people and for programs: siblings that know nothing of each other.

In: a ``Diagnostic``. Out: text. Everything that comes from a user's file is shown with control characters made
visible and, unless ``personal`` is given, with ID numbers masked.
"""
