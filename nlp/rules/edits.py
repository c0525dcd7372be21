"""The operations of Vale's action ``edit`` (https://vale.sh/docs/fixes/edit)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from nlp.rules import numerals
from nlp.rules.patterns import substitute

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")
_GROUP = re.compile(r"\$(\$|\d+|\{\d+\})")
#: Words that a title keeps in lower case between the first and the last: articles, conjunctions and short prepositions.
_SMALL = frozenset(
    ["a", "an", "and", "as", "at", "but", "by", "for", "if", "in", "nor", "of", "on", "or", "per", "the", "to", "up", "via"]
)
_TO_ASCII = str.maketrans({"—": "---", "–": "--", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'"})
_WITHOUT_PLAIN_FORM = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)
_OPENS = r"(^|[\s(\[{—–-])"


def apply(params: Sequence[str], words: str, groups: Sequence[str] = ()) -> str:
    """``words`` after the operations in ``params``, each a name followed by its arguments. An operation that is not known ends
    the run. ``groups`` are the groups of the token that matched, for ``$1`` in an argument."""
    edited, left = words, list(params)
    while left and left[0] in _OPERATIONS:
        name = left.pop(0)
        count, operation = _OPERATIONS[name]
        arguments, left = left[:count], left[count:]
        if len(arguments) < count:
            break
        edited = operation(edited, *(arguments if name == "regex" else (expand(text, words, groups) for text in arguments)))
    return edited.strip() if edited != words else words


def expand(text: str, words: str, groups: Sequence[str]) -> str:
    """``text`` with ``$0`` replaced by ``words``, ``$1`` by the first of ``groups``, and ``$$`` by a dollar sign."""

    def value(match: re.Match[str]) -> str:
        if match[1] == "$":
            return "$"
        number = int(match[1].strip("{}"))
        return words if number == 0 else groups[number - 1] if number <= len(groups) else ""

    return _GROUP.sub(value, text)


def match_case(replacement: str, words: str) -> str:
    """``replacement`` in the case of ``words``: all capitals, all small letters, or with a capital at its beginning."""
    if words.isupper() and sum(map(str.isalpha, words)) > 1:
        return replacement.upper()
    if words.islower():
        return replacement.lower()
    return replacement[:1].upper() + replacement[1:] if words[:1].isupper() else replacement


def _remove(words: str, characters: str) -> str:
    return words.translate(dict.fromkeys(map(ord, characters)))


def _split(words: str, separator: str, number: str) -> str:
    pieces = words.split(separator) if separator else [words]
    return pieces[int(number)] if number.isdigit() and int(number) < len(pieces) else words


def _truncate(words: str, separator: str) -> str:
    return words.partition(separator)[0] if separator else words


def _unwrap(words: str, mark: str) -> str:
    return words.removeprefix(mark).removesuffix(mark)


def _lower_words(words: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(words)]


def _title(words: str) -> str:
    parts = words.split(" ")
    last = len(parts) - 1
    made = (
        part.lower() if part.lower() in _SMALL and 0 < number < last else part[:1].upper() + part[1:]
        for number, part in enumerate(parts)
    )
    return " ".join(made)


def _camel(words: str) -> str:
    first, *rest = _lower_words(words) or [""]
    return first + "".join(map(str.capitalize, rest))


def _smart(words: str) -> str:
    for plain, mark in (("---", "—"), ("--", "–"), ("...", "…")):
        words = words.replace(plain, mark)
    words = re.sub(_OPENS + '"', r"\1“", words).replace('"', "”")
    return re.sub(_OPENS + "'", r"\1‘", words).replace("'", "’")


def _dumb(words: str) -> str:
    return words.translate(_TO_ASCII)


def _ascii(words: str) -> str:
    plain = unicodedata.normalize("NFKD", _dumb(words).translate(_WITHOUT_PLAIN_FORM))
    return "".join(char for char in plain if not unicodedata.combining(char))


#: How many arguments each operation takes, and what it does with the words and these.
_OPERATIONS: Mapping[str, tuple[int, Callable[..., str]]] = {
    "replace": (2, str.replace),
    "regex": (2, lambda words, pattern, replacement: substitute(pattern, replacement, words)),
    "remove": (1, _remove),
    "trim": (1, str.strip),
    "trim_left": (1, str.lstrip),
    "trim_right": (1, str.rstrip),
    "truncate": (1, _truncate),
    "split": (2, _split),
    "squeeze": (0, lambda words: re.sub(r"\s+", " ", words)),
    "wrap": (1, lambda words, mark: f"{mark}{words}{mark}"),
    "unwrap": (1, _unwrap),
    "prefix": (1, lambda words, mark: mark + words),
    "suffix": (1, lambda words, mark: words + mark),
    "lower": (0, str.lower),
    "upper": (0, str.upper),
    "capitalize": (0, lambda words: words[:1].upper() + words[1:]),
    "uncapitalize": (0, lambda words: words[:1].lower() + words[1:]),
    "title": (0, _title),
    "sentence": (0, str.capitalize),
    "simple": (0, lambda words: " ".join(_lower_words(words))),
    "kebab": (0, lambda words: "-".join(_lower_words(words))),
    "snake": (0, lambda words: "_".join(_lower_words(words))),
    "camel": (0, _camel),
    "pascal": (0, lambda words: "".join(map(str.capitalize, _lower_words(words)))),
    "smart": (0, _smart),
    "dumb": (0, _dumb),
    "ascii": (0, _ascii),
    "words": (0, numerals.spelled_out),
    "digits": (0, numerals.in_digits),
}
