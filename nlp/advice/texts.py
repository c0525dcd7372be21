"""The words of advice (``texts.yml``), by lever, variant and kind of draft."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT, REPLY, QUESTION = "default", "reply", "question"


class Words(NamedTuple):
    message: str
    question: str


def words(lever: str, *, variant: str, kind: str, is_reply: bool, occasion: str = "") -> Words:
    """The words of ``variant`` where there are any, else those of the occasion, of replies or of the kind, else the default
    ones."""
    own = _texts()[lever]
    # A reply that asks has more in common with other questions than with other replies.
    kinds = (REPLY,) if is_reply and kind != QUESTION else (kind, REPLY) if is_reply else (kind,)
    for key in (variant, occasion, *kinds, DEFAULT):
        if key in own:
            return own[key]
    raise KeyError(lever)


@cache
def _texts() -> Mapping[str, Mapping[str, Words]]:
    text = resources.files(__package__).joinpath("texts.yml").read_text(encoding="utf-8")
    read = yaml.safe_load(text)
    return {
        lever: {key: Words(row["message"], row.get("question", "")) for key, row in rows.items()}
        for lever, rows in read.items()
    }
