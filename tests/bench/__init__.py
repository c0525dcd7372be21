"""Benchmarks. Each module's ``measure()`` returns rows; figures compared with each other are taken in one run."""
