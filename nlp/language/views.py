"""One text in the forms that measures, rules and language detection need, aligned character for character."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nlp.language import characters
from nlp.model import Span

#: Replaces each character of a link, hashtag, mention or excluded part: it matches no letter, blank or punctuation mark.
MASK = "\x01"
#: Typographic variants of one character; each maps to exactly one, so offsets stay valid.
_NORMALIZED = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " ", "‑": "-"})


@dataclass(frozen=True, slots=True)
class TextViews:
    """The views of one text. All but ``english`` have the same length, so a span of one is a span of the others.

    ``raw``: the text as written. Quotes in findings, replacements and lengths come from it.
    ``normalized``: with straight quotes and apostrophes, plain blanks and hyphens, and plain letters in place of
    look-alikes (𝗯𝗼𝗹𝗱). Rules with the scope ``raw`` match on it.
    ``masked``: ``normalized`` with links, hashtags and mentions masked. Language detection reads it.
    ``prose``: ``masked`` with the ``excluded`` parts masked as well: those in another language and, in
    ``Reading.scored``, repeated and list-like segments. Words, measures and most rules read it.
    """

    raw: str
    normalized: str
    masked: str
    prose: str
    excluded: tuple[Span, ...] = ()

    @classmethod
    def of_line(cls, raw: str, *, mask: Iterable[Span], excluded: tuple[Span, ...]) -> TextViews:
        normalized = characters.plain(raw).translate(_NORMALIZED)
        masked = mask_spans(normalized, mask)
        return cls(raw, normalized, masked, mask_spans(masked, excluded), excluded)

    @classmethod
    def of_lines(cls, lines: Iterable[TextViews], *, excluded: tuple[Span, ...]) -> TextViews:
        """The views of a whole text; ``excluded`` are spans of that text."""
        columns = zip(*((line.raw, line.normalized, line.masked, line.prose) for line in lines), strict=True)
        raw, normalized, masked, prose = ("\n".join(column) for column in columns)
        return cls(raw, normalized, masked, prose, excluded)

    @property
    def english(self) -> str:
        """``raw`` with the ``excluded`` parts cut out: shorter than the other views, with offsets of its own."""
        cuts = [0, *(offset for part in self.excluded for offset in (part.start, part.end)), len(self.raw)]
        return "".join(self.raw[start:end] for start, end in zip(cuts[::2], cuts[1::2], strict=True)).strip()


def mask_spans(text: str, spans: Iterable[Span]) -> str:
    """``text`` with ``MASK`` in place of every character in ``spans``."""
    parts = []
    end = 0
    for span in sorted(spans, key=lambda span: span.start):
        if span.start < end:
            continue
        parts += [text[end : span.start], MASK * (span.end - span.start)]
        end = span.end
    return "".join([*parts, text[end:]]) if parts else text
