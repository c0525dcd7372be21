"""Organisations by distant supervision: a list that is collected from the training texts, and posts without annotations in
which the organisations of the list are marked.

The list is made anew by each training and is no part of the repository, because some of the texts are posts of people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from nlp.language.pipeline import common_words
from nlp.language.tokens import blank
from nlp.training.language import names
from nlp.training.language.tagged import Tagged, spans

_WORD = r"[A-Z](?:[\w&-]*\w)?"
_NAME = rf"({_WORD}(?: {_WORD})*)"
#: What a name ends with that is one of an organisation.
_FORMS = (
    "Inc|Corp|Corporation|Ltd|LLC|GmbH|PLC|plc|Group|Bank|University|College|Institute|Foundation|Association|Airlines|Airways|"
    "Records|Pictures|Studios|Party|Council|Commission|Agency|Committee|Society|Systems|Technologies|Motors|Times|Post|FC|"
    "Hospital|Museum|Partners|Industries|Insurance|Capital|Pharma|Software|Labs|Media"
)
#: Patterns that tell an organisation; the name is the first group. ``at`` and ``for`` alone do not tell it.
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b((?:{_WORD} ){{1,3}}(?:{_FORMS}))\b",
        rf"\b((?:University|Bank|Institute|Ministry|Department) of (?:the )?{_WORD}(?: {_WORD})?)",
        rf"\b(?:CEO|CFO|CTO|founder|employees?|spokes(?:man|woman|person)|shares|subsidiary) (?:of|at|for) {_NAME}",
        rf"\b({_WORD}(?: {_WORD})*?)(?:['’]s)? (?:CEO|CFO|CTO|employees?|shares|shareholders?|headquarters)\b",
        rf"\b(?:work(?:s|ed|ing)?|job|interned|hired) (?:at|for|by) {_NAME}",
        rf"\b(?:company|firm|startup|brand|retailer|carmaker|airline|newspaper) (?:called |named )?{_NAME}",
    )
)
#: Posts that mark one organisation; more would teach the name instead of its surroundings.
MAX_POSTS_PER_NAME = 12
#: Longer posts are left out.
_MAX_WORDS = 60


def collect(annotated: Iterable[Tagged], texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """Names that are marked as organisations more often than as anything else; names that a pattern tells in ``texts``, unless
    they are marked as something else; and the list that was written for the project. As written, in words."""
    labels: dict[tuple[str, ...], Counter[str]] = {}
    for text in annotated:
        for label, start, end in spans(text):
            labels.setdefault(text.words[start:end], Counter())[label] += 1
    found = {name for name, counts in labels.items() if 2 * counts["ORG"] > counts.total()}
    told = Counter(tuple(name.split()) for text in texts for pattern in PATTERNS for name in pattern.findall(text))
    found.update(
        name
        for name, count in told.items()
        if name not in labels and name[0].lower() not in common_words() and (len(name) > 1 or count > 1)
    )
    found.update(tuple(name.split()) for name in names.known_organisations())
    return frozenset(name for name in found if _is_telling(name))


def _is_telling(name: tuple[str, ...]) -> bool:
    """Whether a name is unlike other words and places."""
    if not (name[0][0].isupper() and name[-1][0].isupper()) or names.is_place(" ".join(name)):
        return False
    word = name[0]
    return len(name) > 1 or (len(word) > 2 and word.isalpha() and word.lower() not in common_words())


def mark(words: Sequence[str], known: frozenset[tuple[str, ...]], longest: int) -> Iterator[tuple[int, int]]:
    """Where ``known`` organisations stand in ``words``, the longest first, unless another word in capitals stands beside."""
    start = 0
    while start < len(words):
        end = next((e for e in range(min(len(words), start + longest), start, -1) if tuple(words[start:e]) in known), start)
        if end > start and not _may_belong(words[:start], words[end:]):
            yield start, end
        start = max(end, start + 1)


def _may_belong(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a word beside an organisation may be part of its name, or the name part of another."""
    is_name_before = bool(before) and before[-1][0].isupper() and before[-1].lower() not in common_words()
    return is_name_before or (bool(after) and after[0][0].isupper())


def posts_with(known: frozenset[tuple[str, ...]], texts: Iterable[str]) -> Iterator[Tagged]:
    """Posts that name known organisations. Words that are not certain to be no names are unknown."""
    tokenizer = blank()
    longest = max(map(len, known))
    firsts = {name[0] for name in known}
    used: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        pieces = text.split()
        if len(pieces) > _MAX_WORDS or firsts.isdisjoint(piece.strip("\"'“”(),.!?:;") for piece in pieces) or text.isupper():
            continue
        words = tuple(token.text for token in tokenizer.make_doc(text) if not token.is_space)
        places = [(a, b) for a, b in mark(words, known, longest) if used[words[a:b]] < MAX_POSTS_PER_NAME]
        if not places:
            continue
        used.update(words[a:b] for a, b in places)
        tags = ["O" if _is_no_name(word) else "?" for word in words]
        for start, end in places:
            tags[start:end] = ["B-ORG", *["I-ORG"] * (end - start - 1)]
        yield Tagged(words, tuple(tags))


def _is_no_name(word: str) -> bool:
    return word[0] == "@" or not word[0].isalnum() or (word.islower() and word in common_words())
