"""Benchmarks. Each module's ``measure()`` returns rows; figures that are compared with each other are taken in the same run."""
