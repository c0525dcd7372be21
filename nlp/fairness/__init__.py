"""Pairs of texts that say the same in the words or with the names of different people, and how far their scores differ.

At run time a newly trained scoring version is checked on them; ``nlp.evaluation`` measures the shipped one.
"""
