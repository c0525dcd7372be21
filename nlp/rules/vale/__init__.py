"""Vale's styles, read and run as Vale does: rules in Vale's format, ``.vale.ini``, vocabularies, dictionaries and Markdown."""

from nlp.rules.vale.linter import Linter, Report

__all__ = ["Linter", "Report"]
