"""What a policy means: the exact, readable reference evaluator, observed by traces.

In: a checked policy and raw cells. Out: one ``Outcome`` per row. Written to be believed, not to be fast.
"""
