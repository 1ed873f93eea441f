"""Measures the kernel against what the machine can do without it, in one run; see `python -m bench --help`."""
