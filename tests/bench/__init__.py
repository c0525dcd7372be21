"""Benchmarks. Each module's ``measure()`` returns rows; figures that are compared are measured in the same run."""
