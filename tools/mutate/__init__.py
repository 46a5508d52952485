"""Mutation testing of our own: a change of the code that no test notices is a gap.

`python -m tools.mutate MODULE…` changes one thing at a time in each module and runs the tests that
reach the changed line, the fastest first, until one fails. Each mutant lives in a forked child of a
process that has imported and collected all tests already: the changed function takes the place of
the old one in memory, so a mutant costs tens of milliseconds. `docs/measured/mutation.md` says what
was found.
"""
