"""Use cases without printing: load, evaluate, validate, trace, diff, test, sample, quotas."""
