"""Benchmarks: each prints its figure beside the limit of the stack, measured in the same run."""
