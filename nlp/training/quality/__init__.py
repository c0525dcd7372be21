"""Fitting of the learned measures and of the rubric."""
