"""The labels that training learns from, as one set with a hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from nlp.model import Surface
from nlp.quality.correction.labels import Preference, Rating
from server.labels.queries import usable_labels


@dataclass(frozen=True, slots=True)
class Labels:
    ratings: tuple[Rating, ...] = ()
    preferences: tuple[Preference, ...] = ()

    def __len__(self) -> int:
        return len(self.ratings) + len(self.preferences)

    @property
    def all(self) -> tuple[Rating | Preference, ...]:
        return (*self.ratings, *self.preferences)

    @property
    def drafts(self) -> list[tuple[Surface, str]]:
        """Each labelled draft once, in the order of the labels."""
        found = [(one.surface, one.text) for one in self.ratings]
        found += [(one.surface, text) for one in self.preferences for text in (one.first, one.second)]
        return list(dict.fromkeys(found))

    @property
    def hash(self) -> str:
        """SHA-256 over all labels, whatever their order: the same labels give the same correction."""
        return hashlib.sha256("\n".join(sorted(map(_order, self.all))).encode()).hexdigest()


def read_labels(session: Session) -> Labels:
    """In an order that does not depend on the database, so that a fit can be repeated."""
    ratings, preferences = usable_labels(session)
    return Labels(tuple(sorted(ratings, key=_order)), tuple(sorted(preferences, key=_order)))


def _order(label: Rating | Preference) -> str:
    if isinstance(label, Rating):
        return json.dumps(["rating", label.surface, label.text, sorted(label.marks.items()), label.whole, label.group])
    return json.dumps(["preference", label.surface, label.first, label.second, label.answer, label.groups])
