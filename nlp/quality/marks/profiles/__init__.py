"""The marks that readers would give a profile, as a linear model of its measures and of the wording of headline and About.

``described.py`` turns a profile into features, ``weights.py`` holds the learned weights, and ``predict.py`` computes the marks
together with the part that each measure, aspect, headline and sentence of the About has in them.
"""
