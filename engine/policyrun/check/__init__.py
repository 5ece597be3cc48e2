"""From what was written to what can be relied on: names, types and units, dates, tables, limits, cycles, citations.

In: the surface policy. Out: the checked ``ir`` policy, or diagnostics that say why there is none.
"""
