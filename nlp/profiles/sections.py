"""A profile as one text, with the spans of its sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.inputs import check_characters, check_length, check_units
from nlp.model import InputError, Profile, Span, Surface

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.types import Word

#: Sections in the order of the text. ``photo`` and ``banner`` say only whether there is one: any non-empty text means yes and
#: is not read. ``name`` is accepted but never read (EVIDENCE.md P8).
LINKEDIN = (
    "headline", "about", "services", "featured", "experience", "education", "certifications", "skills",
    "recommendations", "location", "website", "contact",
)  # fmt: skip
X = ("bio", "location", "website", "pinned")
UNREAD = ("name", "photo", "banner")
ORDER: Mapping[Surface, tuple[str, ...]] = {"linkedin-profile": LINKEDIN, "x-profile": X}
#: Items in one section; no real profile has more.
MAX_ITEMS = 300


@dataclass(frozen=True, slots=True)
class Section:
    """``items`` are the spans of its items in the profile's text; none means that the section is empty."""

    name: str
    items: tuple[Span, ...]

    @property
    def span(self) -> Span | None:
        return Span(self.items[0].start, self.items[-1].end) if self.items else None


@dataclass(frozen=True, slots=True)
class ProfileText:
    """``text`` is all items of all sections in order, separated by empty lines. A section that was not loaded is missing from
    ``sections``; ``photo`` is ``None`` where it was not loaded."""

    surface: Surface
    text: str
    sections: Mapping[str, Section]
    photo: bool | None

    def words(self, reading: Reading, *names: str) -> tuple[Word, ...]:
        return tuple(word for span in self.spans(*names) for word in reading.words_in(span))

    def spans(self, *names: str) -> tuple[Span, ...]:
        return tuple(item for name in names if name in self.sections for item in self.sections[name].items)

    def filled(self, *names: str) -> bool:
        return bool(self.spans(*names))

    def loaded(self, *names: str) -> bool:
        return any(name in self.sections for name in names)

    def is_empty(self, name: str) -> bool:
        """Whether the section was loaded and has nothing in it, which is not the same as not loaded."""
        return name in self.sections and not self.sections[name].items


def flatten_profile(profile: Profile) -> ProfileText:
    """The profile as one text. Raises ``InputError`` naming the section."""
    if profile.surface not in ORDER:
        raise InputError(f"surface must be one of {', '.join(ORDER)}", field="surface", code="unknown-surface")
    known = (*ORDER[profile.surface], *UNREAD)
    for name in profile.sections:
        if name not in known:
            raise InputError(f"sections must be among {', '.join(known)}", field="sections", code="unknown-section")
    text = ""
    sections = {}
    for name in ORDER[profile.surface]:
        if name not in profile.sections:
            continue
        spans = []
        for item in _items(name, profile.sections[name]):
            text += "\n\n" if text else ""
            spans.append(Span(len(text), len(text) + len(item)))
            text += item
        sections[name] = Section(name, tuple(spans))
    check_length(text, field="sections")
    check_units(text, field="sections")
    photo = bool(profile.sections["photo"]) if "photo" in profile.sections else None
    return ProfileText(profile.surface, text, sections, photo)


def _items(name: str, value: object) -> list[str]:
    field = f"sections.{name}"
    values = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(values, tuple | list) or not all(isinstance(item, str) for item in values):
        raise InputError(f"{field} must be a string or a list of strings", field=field)
    if len(values) > MAX_ITEMS:
        raise InputError(f"{field} must have at most {MAX_ITEMS} items", field=field, limit=MAX_ITEMS)
    for item in values:
        check_characters(item, field=field)
    return [item.strip() for item in values if item.strip()]
