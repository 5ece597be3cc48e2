"""Synthetic rows of millions of people: the same for the same seed, wherever a file is cut into chunks."""
