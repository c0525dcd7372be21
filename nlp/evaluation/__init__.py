"""Evaluates the learned weights and the coach. Nothing at run time imports this package."""
