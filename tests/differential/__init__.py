"""Differential testing: generated policies and records, decided by the reference evaluator and by another engine.

``make differential PAIRS=1000000 SEED=8`` runs as long as asked; ``tests/test_differential.py`` runs a
part of it and replays every case of ``found/``. What is drawn hangs on the seed alone.
"""
