"""An organisation's correction of the marks: small changes on top of the shipped weights, fitted to what its own readers said.

``labels.py`` says what a label is, ``features.py`` what of a draft can be corrected, ``fit.py`` and ``folds.py`` fit it,
``weights.py`` stores it, ``apply.py`` adds it to the marks and ``agreement.py`` measures it.
"""
