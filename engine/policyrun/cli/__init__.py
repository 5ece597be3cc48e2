"""Thin faces over ``app``: one file per command."""
