"""Differential testing: generated policies and records, decided by the reference evaluator and by another engine.

``python -m tests.differential --pairs 1000000 --seed 7`` runs as long as asked; ``tests/test_differential.py`` runs a
part of it and replays every case of ``found/``. What is drawn hangs on the seed alone.
"""
