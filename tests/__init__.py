"""A package of its own, because one of the libraries ships tests under the same name."""
