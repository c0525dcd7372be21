"""The drafts that belong to the product: what a change of scoring is tried on. Written for this project; nobody's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import shorten
from typing import cast

import yaml

from nlp.model import Surface

#: Of a text, so that it can be told from others in a list.
TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class DemoDraft:
    """``meant`` is what its writer aimed at: weak, fair, good or strong."""

    id: str
    surface: Surface
    meant: str
    industry: str
    text: str

    @property
    def title(self) -> str:
        """Its first words."""
        return shorten(self.text, TITLE_LENGTH, placeholder=" …")


@cache
def drafts() -> tuple[DemoDraft, ...]:
    listed = yaml.safe_load((Path(__file__).parent / "reference_drafts.yaml").read_text(encoding="utf-8"))
    return tuple(
        DemoDraft(one["id"], cast(Surface, one["surface"]), one["meant"], one["industry"], one["text"]) for one in listed
    )
