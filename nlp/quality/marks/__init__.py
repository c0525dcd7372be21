"""The marks that readers would give a draft: each dimension as a linear model of everything that was measured.

``described.py`` turns a reading into features, ``weights.py`` holds the learned weights, and ``predict.py`` computes the
dimensions together with the part that each sentence, measure and aspect of the layout has in them.
"""
