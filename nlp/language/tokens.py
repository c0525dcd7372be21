"""spaCy's English tokenizer, tuned to social text: hashtags, mentions, links, emoji and runs of punctuation stay whole,
look-alike letters are treated as plain ones, and words are split as in the treebanks.

Agreement with the tokens of Universal Dependencies, from raw text: F1 98.9 on the sentences of EWT dev (``python -m
nlp.evaluation``).
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

#: spaCy strips affixes one by one and copies the rest each time, which is quadratic: a longer run without blanks (never a real
#: word, and rarely a link) is split by a simple pattern instead.
MAX_RUN = 256

_ALL = re.compile(r".+", re.DOTALL)
#: A hashtag needs a letter: "#1" is two tokens.
_TAG = re.compile(r"[@＠]\w+|[#＃](?=\w*[^\W\d_])\w+")
_TAG_SIGNS = frozenset("@＠#＃")
_TELEPHONE = re.compile(r"\+?\d{1,3}(?:-\d{3})?-\d{3}-\d{4}")
_RUN = re.compile(rf"\S{{{MAX_RUN + 1}}}")
_PLAIN = re.compile(r"\s+|[#@]?\w+|[^\w\s]")

#: "!!", "?!" and ".?" are one token, and so are arrows and part numbers of a thread ("1/", "2/7").
_MARKS = r"[.!?]*[!?][.!?]+"
_ARROWS = r"[-=]{1,3}[>＞]|[→➜➡⇒►▶▸•‣◦✓✔✗✘]"
_PREFIXES = (_MARKS, _ARROWS, r"\d{1,2}/(?:\d{1,2})?(?=\s|$)", r"\*{2,}", r"_{2,}", r"-{3,}", r"={2,}", r"<<|>>|~+")
_SUFFIXES = (_MARKS, _ARROWS, r"(?<=\d)(?:[AaPp]\.[Mm]\.|[AaPp][Mm])", r"\*{2,}", r"<<|>>|~+")
_INFIXES = (_MARKS, r"(?<=[A-Za-z])/(?=[A-Za-z])", r"(?<=[A-Za-z])-(?=\d)", r"(?<=\d)-(?=[A-Za-z])", r"(?<=[A-Z])&(?=[A-Z])")
#: Words that spaCy splits and the treebanks do not, and the other way round.
_WHOLE = ("e-mail", "E-mail", "e-mails", "E-mails", "al.", "Ft.", "ft.", "vs.", "approx.", "w/", "w/o", "b/c", "24/7")
_SPLIT = {"wanna": ("wan", "na"), "gimme": ("gim", "me"), "lemme": ("lem", "me")}
_NORMS = {"wan": "want", "na": "to", "gim": "give", "lem": "let"}
#: Emoticons and other exceptions of spaCy; in posts they are a closing bracket or a colon beside something else.
_NOT_EXCEPTIONS = ("and/or", "):", "8)", "(8", ":1", ":x", ":X", ":o", ":O", ":3", "xd", "v.v", "V.V")


Result = TypeVar("Result")


class SocialTokenizer(Tokenizer):  # type: ignore[misc]
    """Defined entirely by this file: nothing of it is serialised with the weights."""

    def __call__(self, string: str) -> Doc:
        if _RUN.search(string) is not None:
            return self._by_pattern(string)
        if characters.has_look_alikes(string):
            return self._with_look_alikes(string)
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

    def _with_look_alikes(self, string: str) -> Doc:
        """The token boundaries of the plain text, applied to the text as written."""
        plain_doc = super().__call__(characters.plain(string))
        words = [string[token.idx : token.idx + len(token)] for token in plain_doc]
        doc = Doc(self.vocab, words=words, spaces=[bool(token.whitespace_) for token in plain_doc])
        for token, plain in zip(doc, plain_doc, strict=True):
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
    """The factory for ``nlp.tokenizer`` in a config."""
    return social_tokenizer


def blank() -> Language:
    """A pipeline with the tokenizer alone."""
    nlp = spacy.blank("en")
    nlp.tokenizer = social_tokenizer(nlp)
    return nlp


def social_tokenizer(nlp: Language) -> SocialTokenizer:
    """The tokenizer for ``nlp``. Also sets the lexical attributes of its vocabulary to those of ``lexemes``."""
    vocab: Any = nlp.vocab
    vocab.lex_attr_getters.update(lexemes.GETTERS)
    defaults = nlp.Defaults
    # Whole emoji sequences match before spaCy's own pattern would take their first character alone.
    sequence = f"(?:{links.EMOJI.pattern})"
    prefixes = [sequence, *_PREFIXES, *(p for p in defaults.prefixes or () if p not in ("#", "@")), r"#(?=\d+$)"]
    suffixes = [sequence, *_SUFFIXES, *(defaults.suffixes or ())]
    infixes = [sequence, *_INFIXES, *(defaults.infixes or ())]
    return SocialTokenizer(
        nlp.vocab,
        rules=_exceptions(defaults.tokenizer_exceptions),
        prefix_search=_skipping_plain_words(compile_prefix_regex(prefixes).search, None),
        suffix_search=_skipping_plain_words(compile_suffix_regex(suffixes).search, None),
        infix_finditer=_skipping_plain_words(compile_infix_regex(infixes).finditer, ()),
        token_match=_match_tag,
        url_match=_match_link,
    )


def _exceptions(given: dict[str, list[dict[int, str]]]) -> dict[str, list[dict[int, str]]]:
    rules = {text: parts for text, parts in given.items() if text not in _NOT_EXCEPTIONS}
    rules |= {text: [{ORTH: text}] for text in _WHOLE}
    for word, parts in _SPLIT.items():
        for written in (word, word.capitalize()):
            start = 0
            subtokens = []
            for part in parts:
                subtokens.append({ORTH: written[start : start + len(part)], NORM: _NORMS.get(part, part)})
                start += len(part)
            rules[written] = subtokens
    return rules


def _skipping_plain_words(search: Callable[[str], Result], nothing: Result) -> Callable[[str], Result]:
    """``search`` with a shortcut for words of ASCII letters, which make up most of a text, because the patterns are long."""
    return lambda text: nothing if text.isalpha() and text.isascii() else search(text)


def _match_tag(text: str) -> re.Match[str] | None:
    """A match where the whole ``text`` is one hashtag, mention or telephone number."""
    if text[0] in _TAG_SIGNS:
        return _TAG.fullmatch(text)
    return _TELEPHONE.fullmatch(text) if text[0] == "+" or text[0].isdigit() else None


def _match_link(text: str) -> re.Match[str] | None:
    """A match where the whole ``text`` is one link."""
    if "." not in text:
        return None
    return _ALL.fullmatch(text) if [s.of(text) for s in links.urls(text)] == [text] else None
