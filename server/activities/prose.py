"""Tells sentences from words in a row, by two rules about the commonest words of English. What people wrote has them, and in an
order; a list of keywords has none, and shuffled words have them where they cannot stand ("the of", "to was")."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Shorter texts may be a title or a row of names.
MIN_WORDS = 12
#: At least one word in so many is one of the commonest, in a text of so many words; in a shorter one, any.
COMMON_ONE_IN = 12
MIN_WORDS_FOR_SHARE = 20
#: So many impossible pairs, and at least this share of the words.
MIN_BREAKS = 2
MIN_BREAK_SHARE = 0.025


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ARTICLES = _set("a an the")
_POSSESSIVES = _set("my our your their its every")
_BE, _HAVE, _DO = _set("is are was were am be been"), _set("has have had"), _set("do does did")
_MODALS = _set("could would should")
_PERSONS = _set("i we they he she")
_OTHERS = _set("me us them it you this that these those")
_JOINING = _set("and or but because")
_PLACING = _set("of from with for into at by to in on")
#: Words that are their own noun ("a must, the can, do's") are left out where they follow an article.
_AFTER_ARTICLE = (
    _set("is are was were am been has had does did could would should if than who what when where which")
    | _JOINING | _PERSONS | _ARTICLES | _POSSESSIVES | _OTHERS | (_PLACING - _set("in on by"))
)  # fmt: skip
_AFTER_POSSESSIVE = _AFTER_ARTICLE - _set("if than who what when where which")
_VERBS = _BE | _HAVE | _DO | _set("could would should might")
#: Word to the words that cannot follow it within a sentence.
_IMPOSSIBLE = (
    dict.fromkeys(_ARTICLES, _AFTER_ARTICLE)
    | dict.fromkeys(_POSSESSIVES, _AFTER_POSSESSIVE)
    | dict.fromkeys(_set("of from with for into at by"), (_VERBS | _JOINING | _PERSONS) - _set("i am"))
    | {"of": (_VERBS | _JOINING | _PERSONS | {"of"}) - _set("i am")}
    | {"to": _set("is are was were been has had does did could would should of and or but because we they he she to")}
    | dict.fromkeys(
        _MODALS,
        _ARTICLES | _MODALS | _set("of from with into is are was were am been has had does did my our their its me us them"),
    )
    | {"i": _ARTICLES | _set("of from into my our your their its me us them is are")}
    | dict.fromkeys(_set("we they"), _ARTICLES | _set("of from into my our your their its me us them is am"))
    | dict.fromkeys(_set("he she"), _ARTICLES | _set("of from into my our your their its me us them are am"))
    | dict.fromkeys(_set("or but"), _set("of and or"))
    | dict.fromkeys(
        _set("is are was were be been"), (_BE - _set("is been be")) | _HAVE - _set("have has had") | _set("of could should")
    )
    | dict.fromkeys(_HAVE, _set("are was were am of could would should"))
)
#: Words that no sentence or clause ends with.
_NEVER_LAST = _ARTICLES | _POSSESSIVES - {"every"} | _set("of or")
_COMMON = (
    _ARTICLES | _POSSESSIVES | _BE | _HAVE | _DO | _MODALS | _PERSONS | _OTHERS | _JOINING | _PLACING
    | _set("about after all any as before can each every her here him his how if just might more most must no not one out over "
           "so some than then there through too under until up was what when where which while who why will yes")
)  # fmt: skip
_NOT_WORDS = re.compile(r"https?://\S+|<\w+>|[#@]\w+|\S+@\S+")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[.,;:!?]+|[^\w\s]|\n")


def has_sentences(text: str) -> bool:
    """Whether ``text``, in English, reads like sentences. True for short texts."""
    tokens = [token.lower().replace("’", "'") for token in _TOKEN.findall(_NOT_WORDS.sub(" ", text))]
    words = [token for token in tokens if token[0].isalpha()]
    if len(words) < MIN_WORDS:
        return True
    common = sum(word.partition("'")[0] in _COMMON for word in words)
    if common == 0 or (len(words) >= MIN_WORDS_FOR_SHARE and common * COMMON_ONE_IN < len(words)):
        return False
    breaks = sum(1 for _ in _breaks(tokens))
    return breaks < MIN_BREAKS or breaks < MIN_BREAK_SHARE * len(words)


def _breaks(tokens: list[str]) -> Iterator[tuple[str, str]]:
    for word, following in zip(tokens, [*tokens[1:], "\n"], strict=True):
        if following in _IMPOSSIBLE.get(word, ()) or (word in _NEVER_LAST and following[0] in ".,;:!?"):
            yield word, following
