"""Ours beside peers, on the same seeded work: `python -m benchmarks [NAME …]` prints times and ratios."""
