"""`python -m shoutu.cli`: the same command, for a place without the script on its path."""

from shoutu.cli import main

main()
