"""Hate towards a group of people, told apart from swearing, counter-speech and quotation, sentence by sentence.

Words are replaced by their class first: every identity term becomes the same ``<group>``, so that no group is treated
differently, and slurs are looked up by hash. A sentence that names no group and contains no slur is never hateful. One that
does is, if a frame of hostility fits its classes and none that cancels it.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nlp.model import Span

PATH = Path(__file__).with_name("hate.json")
_SENTENCE = re.compile(r"[^.!?…\n]*(?:[.!?…]+(?=\S{0,30}[a-z0-9])[^.!?…\n]*)*[.!?…]*[\"')\]]*")
_TOKEN = re.compile(r"[^\W_](?:[\w@$*'-]*[\w$*])?|[\"?!,:]")
_SPACED = re.compile(r"(?<![\w.])(?:[^\W_][ .*_-]){2,}[^\W_](?!\w)")
_LEET = str.maketrans({"4": "a", "@": "a", "3": "e", "1": "i", "0": "o", "5": "s", "$": "s", "7": "t", "6": "g", "9": "g"})
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})

_WORDS = {
    "<i>": "i we i'm i'd i'll i've we'll we're we'd",
    "<you>": "you u",
    "<not>": "not don't doesn't isn't aren't can't cannot never won't wouldn't shouldn't didn't wasn't weren't ain't nobody",
    "<must>": "should must ought need needs",
    "<deserve>": "deserve deserves",
    "<who>": "who whoever",
}
#: Endings of words for people: "a Polish driver", "a deaf colleague".
_PERSON = re.compile(r"(?:er|or|ist|man|woman|men|ers|ors|ists|employees?|tenants?|accountants?|colleagues?)$")
_THEM = frozenset({"they", "them", "those", "these", "that's", "their", "they're"})
_AUXILIARY_NOT = frozenset({"don't", "doesn't", "isn't", "aren't", "can't", "shouldn't", "didn't"})


class Sentence(NamedTuple):
    """A sentence of the text as classes of words; ``mentions`` whether it is about a group or contains a slur."""

    span: Span
    classes: str
    mentions: bool

    @property
    def is_hateful(self) -> bool:
        return self.mentions and bool(_fitting("hostile", self.classes)) and not _fitting("cancelling", self.classes)

    @property
    def frames(self) -> tuple[str, ...]:
        """The names of all frames that fit, for whoever works on them."""
        return (*_fitting("hostile", self.classes), *_fitting("cancelling", self.classes))


def find(text: str) -> list[Span]:
    """The hateful sentences of ``text``."""
    return [_trimmed(sentence.span, text) for sentence in sentences(text) if sentence.is_hateful]


def _fitting(kind: str, classes: str) -> list[str]:
    """The names of the frames of this kind (``hostile``, or ``cancelling``: somebody else's words, or the opposite)
    that fit."""
    return [name for name, pattern in _frames(kind).items() if pattern.search(classes)]


@functools.cache
def _frames(kind: str) -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile("|".join(patterns)) for name, patterns in _data()[kind].items()}


def _trimmed(span: Span, text: str) -> Span:
    words = span.of(text)
    return Span(span.start + len(words) - len(words.lstrip()), span.end - len(words) + len(words.rstrip()))


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of ``text``. One that says "they" after one that names a group is about that group."""
    group_before = False
    for match in _SENTENCE.finditer(text):
        if not match.group().strip():
            continue
        classes = _classes(match.group())
        named = "<group>" in classes
        if not named and group_before:
            classes = _resolved(classes)
        mentions = any(name in classes for name in ("<group>", "<slur>", "<maybe_slur>"))
        yield Sentence(Span(match.start(), match.end()), " ".join(classes), mentions)
        group_before = named or (group_before and mentions)


def _resolved(classes: list[str]) -> list[str]:
    """``classes`` with "they" and "those people" as the group, which is also meant by a sentence that only calls names."""
    if classes[0] == "<bad>":
        return ["<group>", "are", *classes]
    out: list[str] = []
    for word in classes:
        if word in ("people", "creatures") and out and out[-1] == "<group>":
            continue
        out += ["<group>", "are"] if word == "they're" else ["<group>"] if word in _THEM and word != "their" else [word]
    return out


def _classes(sentence: str) -> list[str]:
    lexicon = _lexicon()
    text = _SPACED.sub(_join, sentence.lower().translate(_QUOTES))
    words = [_plain(word) for word in _TOKEN.findall(text)]
    out: list[str] = []
    for i, word in enumerate(words):
        following = words[i + 1] if i + 1 < len(words) else ""
        if word in _listed("people") and out and out[-1] == "<group>":
            continue
        if word in (",", ":", "!", "?"):
            continue
        if word in _listed("adjectives"):
            out.append("<group>" if _is_person(following) else word)
        elif lexicon.get(word) == "<group>" and _is_of_a_thing(word, following):
            out.append(word)
        elif word in _AUXILIARY_NOT:
            out += [word.removesuffix("n't"), "<not>"] if word != "can't" else ["can", "<not>"]
        else:
            out.append(lexicon.get(word) or _slur(word) or word)
    return [*out, "<end>"]


def _is_person(word: str) -> bool:
    return word in _listed("people") or _lexicon().get(word) in ("<bad>", "<swear>", "<group>")


def _is_of_a_thing(word: str, following: str) -> bool:
    """Whether the term describes a thing, as in "a German form": an adjective before a word that is neither a person nor one of
    the words that follow a noun."""
    if (word.endswith("s") and not word.endswith(("ous", "ss"))) or word in _listed("nouns"):
        return False
    follows_a_noun = following == "" or not following[0].isalpha() or following in _listed("after_nouns")
    is_known = following in _lexicon() or _is_person(following) or bool(_PERSON.search(following))
    return not (follows_a_noun or is_known)


def _join(match: re.Match[str]) -> str:
    joined = re.sub(r"[ .*_-]", "", match.group())
    return f"i {joined[1:]}" if joined[0] == "i" and joined[1:] in _lexicon() else joined


def _plain(word: str) -> str:
    """``word`` without the spelling that hides it: digits and signs for letters, hyphens, v for u."""
    if word in _lexicon() or word.isdigit():
        return word
    candidates = [word]
    if not word.isalpha():
        candidates += [word.replace("8", "ate"), word.translate(_LEET), re.sub(r"[^a-z]", "", word.translate(_LEET))]
    candidates += [candidate.replace("v", "u") for candidate in candidates if "v" in candidate]
    return next((c for c in candidates if c in _lexicon() or _slur(c)), word)


@functools.lru_cache(maxsize=10_000)
def _slur(word: str) -> str:
    digest = hashlib.sha256(word.encode()).hexdigest()[:12]
    return "<slur>" if digest in _listed("slurs") else "<maybe_slur>" if digest in _listed("ambiguous_slurs") else ""


@functools.cache
def _data() -> Mapping[str, Any]:
    return json.loads(PATH.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@functools.cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(_data()["words"][name].split())


@functools.cache
def _lexicon() -> dict[str, str]:
    """The class of each listed word. Function words keep their own form, because the frames name them."""
    lists = (
        ("<condemn>", _listed("condemning")), ("<report>", _listed("reporting")), ("<swear>", _listed("swearing")),
        ("<bad>", _listed("derogatory")), ("<remove>", _listed("removal")), ("<harm>", _listed("violence")),
        ("<hate>", _listed("hatred")), ("<group>", _listed("groups")),
        *((name, words.split()) for name, words in _WORDS.items()),
    )  # fmt: skip
    return {word: name for name, words in lists for word in words if word not in _AUXILIARY_NOT}
