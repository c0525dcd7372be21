"""The stretches of a text that a rule looks at, by Vale's names for them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from nlp.model import Span

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.rules.load import Rule

_HEADING = re.compile(r"\ufeff?(#{1,6})\s+\S")
_ITEM = re.compile(r"(?:[-*+•]|\d+[.)])\s")
#: Kinds that compare what stands in different places of a text.
_OF_THE_WHOLE = ("consistency", "conditional")


def scopes(rule: Rule, reading: Reading) -> tuple[Span, ...]:
    """Where ``rule`` looks, in order. Of our own style, and where a rule compares, ``text`` is all of it; otherwise it is
    block after block, as in Vale."""
    if rule.scopes == (("text",),) and (rule.is_own or rule.kind in _OF_THE_WHOLE):
        return (Span(0, len(reading.views.raw)),)
    found = (span for names in rule.scopes for span in _stretches(names, reading))
    return tuple(sorted(dict.fromkeys(found), key=lambda span: span.start))


def holds(spans: Sequence[Span], at: int) -> bool:
    """Whether ``at`` stands in one of ``spans``, which are in order and do not overlap."""
    place = bisect.bisect_right(spans, at, key=lambda span: span.start)
    return place > 0 and at < spans[place - 1].end


def _stretches(names: tuple[str, ...], reading: Reading) -> Iterator[Span]:
    """The stretches of the first name that stand in one of each other name, or with ``~`` in none."""
    first, *others = sorted(names, key=lambda name: name.startswith("~"))
    if first.startswith("~"):
        first, others = "text", [first, *others]
    asked = [(tuple(_named(name.removeprefix("~"), reading)), not name.startswith("~")) for name in others]
    for span in _named(first, reading):
        if all((holds(spans, span.start) or _begins_in(spans, span)) == wanted for spans, wanted in asked):
            yield span


def _begins_in(spans: Sequence[Span], outer: Span) -> bool:
    """Whether one of ``spans`` begins in ``outer``."""
    place = bisect.bisect_left(spans, outer.start, key=lambda span: span.start)
    return place < len(spans) and spans[place].start < outer.end


def _named(name: str, reading: Reading) -> Sequence[Span]:
    kind, _, level = name.partition(".")
    if kind in ("raw", "summary") and not level:
        return (Span(0, len(reading.views.raw)),)
    if kind == "sentence":
        return reading.sentences
    if kind == "heading":
        return [block for block in _blocks(reading) if (marks := _heading(block, reading)) and level in ("", f"h{marks}")]
    chosen: dict[str, Callable[[Span], bool]] = {
        "text": lambda _: level in ("", "md", "markdown", "txt"),
        "paragraph": lambda block: not _marked(block, reading),
        "list": lambda block: _ITEM.match(reading.views.raw, block.start) is not None,
    }
    # Other scopes of marked-up text ("link", "table") have nothing to match here.
    return [block for block in _blocks(reading) if chosen[kind](block)] if kind in chosen else ()


def _blocks(reading: Reading) -> list[Span]:
    """Paragraphs; headings and items of lists by themselves."""
    found: list[Span] = []
    lines = iter(reading.lines)
    line = next(lines, None)
    for paragraph in reading.paragraphs:
        start = paragraph.start
        while line is not None and line.start < paragraph.end:
            if _marked(line, reading):
                if start < line.start:
                    found.append(_stripped(Span(start, line.start), reading.views.raw))
                found.append(line)
                start = line.end
            elif (
                found and found[-1].end == start and start > paragraph.start and _ITEM.match(reading.views.raw, found[-1].start)
            ):
                # The item runs on.
                found[-1] = Span(found[-1].start, line.end)
                start = line.end
            line = next(lines, None)
        if start < paragraph.end:
            found.append(_stripped(Span(start, paragraph.end), reading.views.raw))
    return [span for span in found if span.start < span.end]


def _stripped(span: Span, text: str) -> Span:
    inner = span.of(text)
    start = span.start + len(inner) - len(inner.lstrip())
    return Span(start, max(start, span.start + len(inner.rstrip())))


def _marked(span: Span, reading: Reading) -> bool:
    return bool(_heading(span, reading) or _ITEM.match(reading.views.raw, span.start))


def _heading(span: Span, reading: Reading) -> int:
    """The level of the heading that begins there, 0 for none."""
    found = _HEADING.match(reading.views.raw, span.start)
    return len(found[1]) if found else 0
