"""Tests. A package, because a dependency ships a top-level ``tests`` module of the same name."""
