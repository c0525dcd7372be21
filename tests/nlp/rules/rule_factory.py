"""Rules in Vale's format built in a test, without a file."""

from pathlib import Path

from nlp.rules.source import Source
from nlp.rules.vale import Linter
from nlp.rules.vale.load import build


def rule(**data):
    return build(Source(Path("House/Rule.yml"), {"message": "'%s'", "level": "error"} | data))


def matched(text, *, markdown=False, **data):
    """The words that a rule of ``data`` matches in ``text``."""
    return [alert["Match"] for alert in Linter((rule(**data),)).run(text, markdown=markdown).alerts]
