"""Renderers of diagnostics: siblings that do not know of each other."""
