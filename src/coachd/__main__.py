"""`python -m coachd`."""

from coachd.cli import main

main()
