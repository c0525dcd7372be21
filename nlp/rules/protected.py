"""Protected talk: a person's own pay, working conditions, health, belief, union, politics or family.

It is recognised sentence by sentence, by frames: the matter together with the person whose it is ("my salary", "I was
diagnosed", "Maria's diagnosis"). The nouns of a trade (wages, strike, chemotherapy) and words for groups of people alone are
not protected. The frames are data in ``protected.json``, and the extension evaluates the same data before it sends anything;
``server/contract/README.md`` describes the format.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import re2
import regex

from nlp.model import Span

PATH = Path(__file__).with_name("protected.json")
#: Letters and digits; a frame neither begins nor ends inside a word.
_WORD = r"\p{L}\p{N}_"
#: Looked for at the first of several marks only: a long row of them would otherwise be read once for each.
_SENTENCE_END = re.compile(r"(?<![.!?\u2026])[.!?\u2026]+[\"')\]]*[ \t\r]+|[\n\u2028]+")
_WORDS = regex.compile(r"[\p{L}\p{N}]+")
#: One character for one, so that offsets stay valid.
_NORMALIZED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " ", "‑": "-"})
_HIDDEN = "\x01"
_BLANKS, _ANY_BLANKS = r"[\x20\t]+", r"[\x20\t]*"
_FRAGMENT = re.compile(r"\{([a-z]+)\}")
#: Bytes that RE2 may use for one pattern.
_MEMORY = 64 << 20


@dataclass(frozen=True, slots=True)
class Protection:
    """What a text has of protected talk: its ``sentences``, the words that gave it away (``triggers``), and whether those
    sentences are the greater part of the text, counted in words."""

    sentences: tuple[Span, ...] = ()
    triggers: tuple[Span, ...] = ()
    is_greater_part: bool = False

    def blank(self, text: str) -> str:
        """``text`` of the same length, with blanks in place of the protected sentences."""
        for sentence in self.sentences:
            text = text[: sentence.start] + " " * (sentence.end - sentence.start) + text[sentence.end :]
        return text


def find(text: str, trade_words: Iterable[str] = ()) -> Protection:
    """The protected talk in ``text``. ``trade_words`` are words of the organisation's business, singular or plural, in any
    case: they are never part of a trigger."""
    readable = _without(text.translate(_NORMALIZED), tuple(trade_words))
    triggers: list[Span] = []
    sentences: list[Span] = []
    # Most patterns are nowhere in the text, which one search tells.
    patterns = [pattern for pattern in _patterns() if pattern.search(readable)]
    for sentence in _sentences(readable) if patterns else ():
        found = _triggers(sentence.of(readable), sentence.start, patterns)
        if found:
            sentences.append(sentence)
            triggers += found
    hidden = sum(len(_WORDS.findall(sentence.of(text))) for sentence in sentences)
    return Protection(tuple(sentences), tuple(triggers), 2 * hidden > len(_WORDS.findall(text)))


def _triggers(sentence: str, start: int, patterns: Iterable[Any]) -> list[Span]:
    """The words that match a frame, in order; of overlapping matches the one that begins first."""
    spans = sorted(
        (match.start(1), match.end(1))
        for pattern in patterns
        if pattern.search(sentence)
        for match in pattern.finditer(sentence)
    )
    kept: list[Span] = []
    for begin, end in spans:
        if not kept or start + begin >= kept[-1].end:
            kept.append(Span(start + begin, start + end))
    return kept


def _sentences(text: str) -> Iterable[Span]:
    """The sentences of ``text`` without the blanks around them."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    for start, end in zip([0, *ends], [*ends, len(text)], strict=True):
        part = text[start:end]
        stripped = part.strip(" \t\r\n\u2028")
        if stripped:
            begin = start + part.index(stripped)
            yield Span(begin, begin + len(stripped))


def _without(text: str, words: tuple[str, ...]) -> str:
    pattern = _trade_pattern(words)
    return text if pattern is None else pattern.sub(lambda match: _HIDDEN * len(match.group()), text)


@functools.lru_cache(maxsize=16)
def _trade_pattern(words: tuple[str, ...]) -> Any:
    escaped = [regex.escape(word.strip().translate(_NORMALIZED), literal_spaces=True) for word in words if word.strip()]
    if not escaped:
        return None
    return regex.compile(rf"(?<![{_WORD}])(?:{'|'.join(escaped)})s?(?![{_WORD}])", regex.IGNORECASE)


@functools.cache
def _patterns() -> tuple[Any, ...]:
    """The frames, compiled topic by topic, because RE2 needs much memory for one large pattern: phrases, which are complete
    only before ``end``, frames, and frames with a name in capitals."""
    data = json.loads(PATH.read_text(encoding="utf-8"))
    fragments = data["fragments"]
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False

    def compiled(pattern: str, flags: str, end: str) -> Any:
        words, after = expand(pattern, fragments), expand(end, fragments)
        return re2.compile(f"{flags}(?:^|[^{_WORD}])({words}){after}(?:$|[^{_WORD}])", options)

    lists = (("phrases", "(?i)", data["end"]), ("frames", "(?i)", ""), ("named", "", ""))
    return tuple(compiled("|".join(frame["patterns"]), flags, end) for key, flags, end in lists for frame in data[key])


def expand(pattern: str, fragments: Mapping[str, str]) -> str:
    """``pattern`` with its ``{fragments}`` filled in, and each blank standing for one or more."""
    while _FRAGMENT.search(pattern):
        pattern = _FRAGMENT.sub(lambda match: fragments[match.group(1)], pattern)
    return pattern.replace(" ?", _ANY_BLANKS).replace(" ", _BLANKS)
