"""coachd: a self-hosted daemon that watches a runner's training and says little, with evidence."""

__version__ = "0.1.0"
