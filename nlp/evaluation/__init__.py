"""How good the learned weights and the coach are. Nothing at run time imports this package."""
