"""The numbers that matter, measured. `make bench` prints them beside their bars; no test ever asserts a time."""
