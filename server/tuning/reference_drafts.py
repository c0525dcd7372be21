"""The drafts on which a change of the scoring is previewed. Written for this product; none was published by anybody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import shorten
from typing import cast

import yaml

from nlp.model import Surface

MAX_TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class ReferenceDraft:
    """``meant``: the quality its author intended, one of weak, fair, good, strong."""

    id: str
    surface: Surface
    meant: str
    industry: str
    text: str

    @property
    def title(self) -> str:
        """The first words, to recognise the draft in a list."""
        return shorten(self.text, MAX_TITLE_LENGTH, placeholder=" …")


@cache
def reference_drafts() -> tuple[ReferenceDraft, ...]:
    rows = yaml.safe_load((Path(__file__).parent / "reference_drafts.yaml").read_text(encoding="utf-8"))
    return tuple(
        ReferenceDraft(row["id"], cast(Surface, row["surface"]), row["meant"], row["industry"], row["text"]) for row in rows
    )
