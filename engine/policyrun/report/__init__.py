"""Workbooks and documents made from results."""
