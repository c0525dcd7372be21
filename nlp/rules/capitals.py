"""Rules on capitals: whole stretches (headings, sentences) in title case, sentence case, small letters or capitals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nlp.rules.match import Match
from nlp.rules.patterns import compiled

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.model import Span
    from nlp.rules.source import Source

#: The share of the words that has to be right, where a rule does not say.
THRESHOLD = 0.8
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_BULLET = re.compile(r"\s*(?:#{1,6}\s+)?")
#: Short words that a title keeps small: of three letters and less by the Associated Press, all of these by Chicago.
_SMALL = frozenset(
    {
        "a", "an", "and", "as", "at", "but", "by", "en", "for", "if", "in", "nor", "of", "on", "or", "per", "so", "the", "to",
        "v", "vs", "via", "yet", "about", "above", "across", "after", "against", "along", "among", "around", "before", "behind",
        "below", "beneath", "beside", "between", "beyond", "down", "during", "from", "inside", "into", "like", "near", "off",
        "onto", "out", "over", "past", "since", "than", "through", "toward", "under", "until", "up", "upon", "with", "within",
        "without",
    }
)  # fmt: skip
_LONGEST_SMALL = 3


@dataclass(frozen=True, slots=True)
class Capitals:
    """Marks a stretch that ``is_right`` refuses, its bullet left out."""

    is_right: Callable[[str], bool]
    prefix: Any = None

    def find(self, _reading: Reading, text: str, scopes: tuple[Span, ...]) -> Iterator[Match]:
        for scope in scopes:
            bullet = _BULLET.match(text, scope.start, scope.end)
            start = bullet.end() if bullet else scope.start
            said = text[start : scope.end].strip()
            if self.prefix is not None and (found := self.prefix.search(said)) is not None and found.start() == 0:
                said = said[found.end() :]
            if said and not self.is_right(said):
                at = text.index(said, start)
                yield Match(type(scope)(at, at + len(said)), words=(said,))


def capitals(source: Source, exceptions: Any) -> Capitals:
    wanted = source.text("match")
    share = source.number("threshold", THRESHOLD)
    prefix = source.text("prefix")
    if wanted == "$title":
        chicago = source.text("style", "AP") == "Chicago"
        check: Callable[[str], bool] = lambda said: _title(said, exceptions, share, chicago=chicago)  # noqa: E731
    elif wanted == "$sentence":
        indicators = tuple(source.strings("indicators"))
        check = lambda said: _sentence(said, exceptions, share, indicators)  # noqa: E731
    elif wanted == "$lower":
        check = lambda said: _rest(said, exceptions) == _rest(said, exceptions).lower()  # noqa: E731
    elif wanted == "$upper":
        check = lambda said: _rest(said, exceptions) == _rest(said, exceptions).upper()  # noqa: E731
    elif wanted:
        pattern = compiled(source, "match", wanted)
        check = lambda said: pattern.search(said) is not None  # noqa: E731
    else:
        raise source.error("match", "a capitalization rule needs $title, $sentence, $lower, $upper or a pattern")
    return Capitals(check, compiled(source, "prefix", prefix) if prefix else None)


def _rest(said: str, exceptions: Any) -> str:
    return " ".join(word for word in _WORD.findall(said) if not _is_known(word, exceptions))


def _is_known(word: str, exceptions: Any) -> bool:
    return exceptions is not None and exceptions.fullmatch(word) is not None


def _sentence(said: str, exceptions: Any, share: float, indicators: tuple[str, ...]) -> bool:
    """The first word with a capital, the others without, but for exceptions, capitals throughout, words with capitals
    inside, and those behind an indicator such as a colon."""
    words = list(_WORD.finditer(said))
    right = 0
    for place, found in enumerate(words):
        word = found.group()
        begins = place == 0 or said[: found.start()].rstrip().endswith(indicators or ("\0",))
        if _is_known(word, exceptions) or not word[0].isalpha() or (len(word) > 1 and word.upper() == word):
            right += 1
        elif begins:
            right += word[0].isupper()
        else:
            right += word == word.lower()
    return not words or right / len(words) > share or right == len(words)


def _title(said: str, exceptions: Any, share: float, *, chicago: bool) -> bool:
    """Every word with a capital but short ones between the first and the last."""
    words = _WORD.findall(said)
    right = 0
    for place, word in enumerate(words):
        small = word.lower() in _SMALL and (chicago or len(word) <= _LONGEST_SMALL) and 0 < place < len(words) - 1
        if _is_known(word, exceptions) or not word[0].isalpha():
            right += 1
        else:
            right += (word == word.lower()) if small else word[0].isupper()
    return not words or right / len(words) > share or right == len(words)
