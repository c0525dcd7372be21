"""What LanguageTool's API answers: findings as matches, at the words of the editor's document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from nlp.language.detection import detect_language
from server.coaching.annotations import AnnotatedText, Place
from server.core.labels import dimension_label

#: UTF-16 units of context on each side of a match.
CONTEXT_UNITS = 40
#: LanguageTool's terms for our severities; clients choose the colour of a match by them.
ISSUE_TYPES = {"limit": "non-conformance", "check": "non-conformance", "tip": "style"}
#: LanguageTool's names of the variants. The coach reads all of them alike.
ENGLISH = {
    "en": "English",
    "en-US": "English (US)",
    "en-GB": "English (GB)",
    "en-AU": "English (Australian)",
    "en-CA": "English (Canadian)",
    "en-NZ": "English (New Zealand)",
    "en-ZA": "English (South African)",
}
#: Notes of an assessment that leaves out some or all of the text.
INCOMPLETE = frozenset({"not-english", "partly-english", "protected"})


def describe_gaps(assessment: dict[str, Any]) -> dict[str, Any]:
    if assessment["note_code"] not in INCOMPLETE:
        return {"incompleteResults": False}
    return {"incompleteResults": True, "incompleteResultsReason": assessment["note"]}


def describe_language(code: str, text: str, *, note_code: str) -> dict[str, Any]:
    """The language that was assessed, which is always English, and the one that the text seems to be in."""
    detected = detect_language(text, is_foreign=note_code == "not-english")
    assessed = {"name": ENGLISH[code], "code": code}
    named = assessed if detected.code == "en" else {"name": detected.name, "code": detected.code}
    return {**assessed, "detectedLanguage": {**named, "confidence": detected.confidence, "source": "cld2"}}


def category(finding: dict[str, Any]) -> str:
    dimension: str = finding["dimension"]
    return dimension.upper()


class Matches:
    """Turns findings on what was read into matches in the document."""

    def __init__(self, text: AnnotatedText, sentence_ranges: Iterable[dict[str, int]]) -> None:
        self._text = text
        self._sentences = [(r["offset"], r["offset"] + r["length"]) for r in sentence_ranges]
        self._read = text.read.encode("utf-16-le", "surrogatepass")
        self._document = text.document.encode("utf-16-le", "surrogatepass")

    def of(self, findings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Without findings that are about no words, or about none of the writer's own."""
        return [match for finding in findings if (match := self._match(finding)) is not None]

    def sentence_ranges(self) -> list[list[int]]:
        places = (self._text.place(start, end) for start, end in self._sentences)
        return [[place.start, place.end] for place in places if place is not None]

    def _match(self, finding: dict[str, Any]) -> dict[str, Any] | None:
        if finding["span"] is None:
            return None
        start = finding["span"]["offset"]
        place = self._text.place(start, start + finding["span"]["length"])
        if place is None:
            return None
        return {
            "message": finding["message"],
            "shortMessage": dimension_label(finding["dimension"]),
            "replacements": [{"value": value} for value in finding["replacements"] if place.is_verbatim],
            "offset": place.start,
            "length": place.end - place.start,
            "context": self._context(place),
            "sentence": self._sentence_at(start),
            "type": {"typeName": "Hint" if finding["severity"] == "tip" else "Other"},
            "rule": {
                "id": finding["rule"],
                "description": finding["why"],
                "issueType": ISSUE_TYPES[finding["severity"]],
                "category": {"id": category(finding), "name": dimension_label(finding["dimension"])},
                "isPremium": False,
            },
            "ignoreForIncompleteSentence": False,
            "contextForSureMatch": 0,
        }

    def _sentence_at(self, offset: int) -> str:
        """As it was read, like LanguageTool's: without the markup. Empty where there is none."""
        index = bisect_right(self._sentences, offset, key=itemgetter(0)) - 1
        return _cut(self._read, *self._sentences[index]).strip() if index >= 0 else ""

    def _context(self, place: Place) -> dict[str, Any]:
        before = max(0, place.start - CONTEXT_UNITS)
        return {
            "text": _cut(self._document, before, place.end + CONTEXT_UNITS),
            "offset": place.start - before,
            "length": place.end - place.start,
        }


def _cut(units: bytes, start: int, end: int) -> str:
    """A slice by UTF-16 units. Half a surrogate pair becomes a replacement character, which has the same length."""
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")
