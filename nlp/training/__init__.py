"""Fits all shipped weights (``make train``). Nothing at run time imports this package.

``language/`` trains the spaCy pipeline, ``quality/`` fits the learned measures and the rubric, ``labels/`` holds the drafts the
rubric is fitted to. SOURCES.md lists the corpora and their licences.
"""
