"""Texts with markup, as editors send them, and what the coach reads of them.

LanguageTool's clients split a document into text and markup, and may say what a piece of markup stands for: line breaks for the
end of a paragraph, a bullet for a list. The coach reads the text with these interpretations and without the markup; what it
finds is reported in the document. All offsets are UTF-16 code units, as the protocol's are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Any


class AnnotationError(ValueError):
    """``str()`` says what is wrong and never repeats the text."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of text, or of markup with its interpretation: where it is in what is read and in the document."""

    is_text: bool
    start: int
    length: int
    document_start: int
    document_length: int


def _start(part: _Part) -> int:
    return part.start


def _end(part: _Part) -> int:
    return part.start + part.length


@dataclass(frozen=True, slots=True)
class Place:
    """A range of the document. ``is_verbatim``: it stands for exactly the words that were read, so that they can be replaced;
    otherwise part of what was read is an interpretation of markup."""

    start: int
    end: int
    is_verbatim: bool


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """``read`` is for the coach, ``document`` is what the editor shows."""

    read: str
    document: str
    _parts: tuple[_Part, ...]

    @classmethod
    def plain(cls, text: str) -> AnnotatedText:
        return cls.from_annotations([{"text": text}])

    @classmethod
    def from_annotations(cls, annotations: Any) -> AnnotatedText:
        """``annotations``: objects with ``text``, or with ``markup`` and perhaps ``interpretAs``; other members are ignored.
        ``AnnotationError`` for anything else."""
        if not isinstance(annotations, list):
            raise AnnotationError("annotation must be a list")
        read, document, parts = [], [], []
        start = document_start = 0
        for annotation in annotations:
            is_text, shown, interpreted = _pieces(annotation)
            part = _Part(is_text, start, count_units(interpreted), document_start, count_units(shown))
            start, document_start = _end(part), document_start + part.document_length
            read.append(interpreted)
            document.append(shown)
            parts.append(part)
        return cls("".join(read), "".join(document), tuple(parts))

    def place(self, start: int, end: int) -> Place | None:
        """Where the range of ``read`` is in the document, from the first of the writer's own words in it to the last. None if
        there are none, because it is about markup alone."""
        around = self._parts[bisect_right(self._parts, start, key=_end) : bisect_left(self._parts, end, key=_start)]
        # Empty pieces of text are no words.
        touched = [part for part in around if part.document_length or not part.is_text]
        texts = [part for part in touched if part.is_text]
        if not texts:
            return None
        first, last = texts[0], texts[-1]
        return Place(
            first.document_start + max(start - first.start, 0),
            last.document_start + min(end - last.start, last.length),
            is_verbatim=len(texts) == len(touched),
        )


def _pieces(annotation: Any) -> tuple[bool, str, str]:
    """Whether it is text, what the editor shows, and what is read instead."""
    if not isinstance(annotation, dict):
        raise AnnotationError("annotation must be a list of objects")
    text, markup, interpreted = (_optional_text(annotation, name) for name in ("text", "markup", "interpretAs"))
    if text is not None and markup is None and interpreted is None:
        return True, text, text
    if text is None and markup is not None:
        return False, markup, interpreted or ""
    raise AnnotationError("each object in annotation must have either text, or markup and perhaps interpretAs")


def _optional_text(annotation: dict[str, Any], name: str) -> str | None:
    value = annotation.get(name)
    if value is not None and not isinstance(value, str):
        raise AnnotationError(f"{name} must be text")
    return value


def count_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
