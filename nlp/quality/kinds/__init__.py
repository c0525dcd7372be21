"""What a draft does: announce, thank, ask, answer and so on. A linear model told apart from the judges' labels."""
