"""spaCy's English tokenizer, tuned to social text: hashtags, mentions, links, emoji and runs of marks stay whole,
dressed-up letters are read as plain ones, and words are cut the way the treebanks cut them.

Tokens against Universal Dependencies' own, from raw text: F 98.9 on EWT dev's sentences (``python -m nlp.evaluation``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import spacy
from spacy.symbols import NORM, ORTH
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from nlp.language import characters, lexemes
from nlp.surfaces import links

if TYPE_CHECKING:
    from spacy.language import Language

#: The tokenizer's name in ``weights/config.cfg``.
NAME = "repute.social_tokenizer.v1"

#: spaCy peels marks off a run of letters one by one and copies the rest each time, which is quadratic: a run longer than
#: this (no real word, and links rarely) is cut by a plain pattern instead.
LONGEST_RUN = 256

_ALL = re.compile(r".+", re.DOTALL)
#: A hashtag needs a letter: "#1" is a sign and a figure.
_TAG = re.compile(r"[@＠]\w+|[#＃](?=\w*[^\W\d_])\w+")
_TAG_SIGNS = frozenset("@＠#＃")
_TELEPHONE = re.compile(r"\+?\d{1,3}(?:-\d{3})?-\d{3}-\d{4}")
_RUN = re.compile(rf"\S{{{LONGEST_RUN + 1}}}")
_PLAIN = re.compile(r"\s+|[#@]?\w+|[^\w\s]")

#: "!!", "?!" and ".?" are one mark, arrows and numbered parts of a thread ("1/", "2/7") one sign.
_MARKS = r"[.!?]*[!?][.!?]+"
_ARROWS = r"[-=]{1,3}[>＞]|[→➜➡⇒►▶▸•‣◦✓✔✗✘]"
_PREFIXES = (_MARKS, _ARROWS, r"\d{1,2}/(?:\d{1,2})?(?=\s|$)", r"\*{2,}", r"_{2,}", r"-{3,}", r"={2,}", r"<<|>>|~+")
_SUFFIXES = (_MARKS, _ARROWS, r"(?<=\d)(?:[AaPp]\.[Mm]\.|[AaPp][Mm])", r"\*{2,}", r"<<|>>|~+")
_INFIXES = (_MARKS, r"(?<=[A-Za-z])/(?=[A-Za-z])", r"(?<=[A-Za-z])-(?=\d)", r"(?<=\d)-(?=[A-Za-z])", r"(?<=[A-Z])&(?=[A-Z])")
#: Cut by spaCy, kept by the treebanks, and the other way round.
_WHOLE = ("e-mail", "E-mail", "e-mails", "E-mails", "al.", "Ft.", "ft.", "vs.", "approx.", "w/", "w/o", "b/c", "24/7")
_CUT = {"wanna": ("wan", "na"), "gimme": ("gim", "me"), "lemme": ("lem", "me")}
_NORMS = {"wan": "want", "na": "to", "gim": "give", "lem": "let"}
#: Read as one by spaCy; in posts a bracket closes and a colon follows.
_OTHERWISE = ("and/or", "):", "8)", "(8", ":1", ":x", ":X", ":o", ":O", ":3", "xd", "v.v", "V.V")


Found = TypeVar("Found")


class SocialTokenizer(Tokenizer):  # type: ignore[misc]
    """Its rules stand in this file: nothing of it is written with the weights."""

    def __call__(self, string: str) -> Doc:
        if _RUN.search(string) is not None:
            return self._by_pattern(string)
        if characters.is_dressed(string):
            return self._dressed(string)
        doc: Doc = super().__call__(string)
        return doc

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, _bytes_data: bytes, **_: Any) -> SocialTokenizer:
        return self

    def to_disk(self, _path: Any, **_: Any) -> None:
        return

    def from_disk(self, _path: Any, **_: Any) -> SocialTokenizer:
        return self

    def _dressed(self, string: str) -> Doc:
        """The cuts of the plain text, on the text as written."""
        read = super().__call__(characters.plain(string))
        words = [string[token.idx : token.idx + len(token)] for token in read]
        doc = Doc(self.vocab, words=words, spaces=[bool(token.whitespace_) for token in read])
        for token, plain in zip(doc, read, strict=True):
            if token.text != plain.text:
                token.norm_ = plain.norm_
        return doc

    def _by_pattern(self, string: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        for match in _PLAIN.finditer(string):
            token = match.group()
            if token.isspace() and words and not spaces[-1] and token[0] == " ":
                spaces[-1] = True
                token = token[1:]
            if token:
                words.append(token)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)


def create_tokenizer() -> Callable[[Language], SocialTokenizer]:
    """For ``nlp.tokenizer`` in a config."""
    return social_tokenizer


def blank() -> Language:
    """Tokens alone, nothing learned."""
    nlp = spacy.blank("en")
    nlp.tokenizer = social_tokenizer(nlp)
    return nlp


def social_tokenizer(nlp: Language) -> SocialTokenizer:
    """The tokenizer for ``nlp``, whose vocabulary then shows the models words as ``lexemes`` has them."""
    vocab: Any = nlp.vocab
    vocab.lex_attr_getters.update(lexemes.GETTERS)
    defaults = nlp.Defaults
    # Whole emoji sequences come off before spaCy's own pattern would take their first sign alone.
    sequence = f"(?:{links.EMOJI.pattern})"
    prefixes = [sequence, *_PREFIXES, *(p for p in defaults.prefixes or () if p not in ("#", "@"))]
    suffixes = [sequence, *_SUFFIXES, *(defaults.suffixes or ())]
    return SocialTokenizer(
        nlp.vocab,
        rules=_exceptions(defaults.tokenizer_exceptions),
        prefix_search=_but_for_letters(compile_prefix_regex([*prefixes, r"#(?=\d+$)"]).search, None),
        suffix_search=_but_for_letters(compile_suffix_regex(suffixes).search, None),
        infix_finditer=_but_for_letters(compile_infix_regex([sequence, *_INFIXES, *(defaults.infixes or ())]).finditer, ()),
        token_match=_one_tag,
        url_match=_one_link,
    )


def _exceptions(given: dict[str, list[dict[int, str]]]) -> dict[str, list[dict[int, str]]]:
    rules = {text: parts for text, parts in given.items() if text not in _OTHERWISE}
    rules |= {text: [{ORTH: text}] for text in _WHOLE}
    for word, parts in _CUT.items():
        for written in (word, word.capitalize()):
            at = 0
            cut = []
            for part in parts:
                cut.append({ORTH: written[at : at + len(part)], NORM: _NORMS.get(part, part)})
                at += len(part)
            rules[written] = cut
    return rules


def _but_for_letters(search: Callable[[str], Found], nothing: Found) -> Callable[[str], Found]:
    """``search`` with a quick no for plain letters, which is what most of a text is: the patterns are long."""
    return lambda text: nothing if text.isalpha() and text.isascii() else search(text)


def _one_tag(text: str) -> re.Match[str] | None:
    """A match when ``text`` is one hashtag, mention or telephone number from end to end."""
    if text[0] in _TAG_SIGNS:
        return _TAG.fullmatch(text)
    return _TELEPHONE.fullmatch(text) if text[0] == "+" or text[0].isdigit() else None


def _one_link(text: str) -> re.Match[str] | None:
    """A match when ``text`` is one link from end to end."""
    if "." not in text:
        return None
    return _ALL.fullmatch(text) if [s.of(text) for s in links.urls(text)] == [text] else None
