"""Which change would help a draft most: a linear model of the advice that judges gave first, and what following it earned."""
