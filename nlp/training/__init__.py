"""Everything that fits weights: ``make train``. Nothing at run time imports this package.

``language/`` trains the spaCy pipeline, ``quality/`` fits the learned measures and the rubric, ``labels/`` holds the drafts the
rubric is fitted to. Where the corpora come from, and under what licence: SOURCES.md.
"""
