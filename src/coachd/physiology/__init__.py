"""Published formulas of running, as pure functions of numbers: no activities, no athlete, no dates.

Each names its source; what a number means for a runner is decided elsewhere.
"""
