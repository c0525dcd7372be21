"""The parts of a text that a rule looks at, by Vale's names for them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from nlp.model import Span

if TYPE_CHECKING:
    from nlp.language import Reading

#: Alternatives: each is a name, and further names that the part must (with ``~``: must not) lie in.
Scopes = tuple[tuple[str, ...], ...]
#: Sentences that the scope ``opening`` of house rules spans: the first lines decide whether people read on.
OPENING_SENTENCES = 2
#: The scope of a rule that sets none.
WHOLE: Scopes = (("text",),)

_HEADING = re.compile(r"\ufeff?(#{1,6})\s+\S")
_LIST_ITEM = re.compile(r"(?:[-*+•]|\d+[.)])\s")


def whole(reading: Reading) -> tuple[Span, ...]:
    """The whole text as one part."""
    return (Span(0, len(reading.views.raw)),)


def resolve(scopes: Scopes, reading: Reading) -> tuple[Span, ...]:
    """The parts of the text that ``scopes`` name, in order. ``text`` is block after block, as in Vale."""
    spans = (span for names in scopes for span in _parts(names, reading))
    return tuple(sorted(dict.fromkeys(spans), key=lambda span: span.start))


def contains(spans: Sequence[Span], position: int) -> bool:
    """Whether ``position`` lies in one of ``spans``, which are in order and do not overlap."""
    index = bisect.bisect_right(spans, position, key=lambda span: span.start)
    return index > 0 and position < spans[index - 1].end


def _parts(names: tuple[str, ...], reading: Reading) -> Iterator[Span]:
    """The parts of the first name that lie in one of each other name, or with ``~`` in none."""
    first, *others = sorted(names, key=lambda name: name.startswith("~"))
    if first.startswith("~"):
        first, others = "text", [first, *others]
    conditions = [(tuple(_named(name.removeprefix("~"), reading)), not name.startswith("~")) for name in others]
    for span in _named(first, reading):
        if all((contains(spans, span.start) or _any_begins_in(spans, span)) == wanted for spans, wanted in conditions):
            yield span


def _any_begins_in(spans: Sequence[Span], outer: Span) -> bool:
    """Whether one of ``spans`` begins in ``outer``."""
    index = bisect.bisect_left(spans, outer.start, key=lambda span: span.start)
    return index < len(spans) and spans[index].start < outer.end


def _named(name: str, reading: Reading) -> Sequence[Span]:
    kind, _, suffix = name.partition(".")
    if kind in ("raw", "summary") and not suffix:
        return whole(reading)
    if kind == "opening":
        opening = reading.prose_sentences[:OPENING_SENTENCES]
        return [Span(0, opening[-1].end)] if opening else ()
    if kind == "sentence":
        return reading.sentences
    if kind == "heading":
        return [
            block for block in _blocks(reading) if (level := _heading_level(block, reading)) and suffix in ("", f"h{level}")
        ]
    included: dict[str, Callable[[Span], bool]] = {
        "text": lambda _: suffix in ("", "md", "markdown", "txt"),
        "paragraph": lambda block: not _is_marked(block, reading),
        "list": lambda block: _is_list_item(block, reading),
    }
    # Other scopes of marked-up text ("link", "table") match nothing here.
    return [block for block in _blocks(reading) if included[kind](block)] if kind in included else ()


def _blocks(reading: Reading) -> list[Span]:
    """The paragraphs of the text, with each heading and each list item as a separate block."""
    text = reading.views.raw
    blocks: list[Span] = []
    lines = iter(reading.lines)
    line = next(lines, None)
    for paragraph in reading.paragraphs:
        start = paragraph.start
        while line is not None and line.start < paragraph.end:
            if _is_marked(line, reading):
                if start < line.start:
                    blocks.append(_strip(Span(start, line.start), text))
                blocks.append(line)
                start = line.end
            elif blocks and blocks[-1].end == start and start > paragraph.start and _is_list_item(blocks[-1], reading):
                # The list item continues on this line.
                blocks[-1] = Span(blocks[-1].start, line.end)
                start = line.end
            line = next(lines, None)
        if start < paragraph.end:
            blocks.append(_strip(Span(start, paragraph.end), text))
    return [span for span in blocks if span.start < span.end]


def _strip(span: Span, text: str) -> Span:
    inner = span.of(text)
    start = span.start + len(inner) - len(inner.lstrip())
    return Span(start, max(start, span.start + len(inner.rstrip())))


def _is_marked(span: Span, reading: Reading) -> bool:
    return bool(_heading_level(span, reading)) or _is_list_item(span, reading)


def _is_list_item(span: Span, reading: Reading) -> bool:
    return _LIST_ITEM.match(reading.views.raw, span.start) is not None


def _heading_level(span: Span, reading: Reading) -> int:
    """The level of the heading that begins at ``span``, 1-6; 0 for none."""
    match = _HEADING.match(reading.views.raw, span.start)
    return len(match[1]) if match else 0
