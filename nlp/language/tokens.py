"""spaCy's English tokenizer, tuned so that hashtags, mentions, links and emoji stay whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from nlp.surfaces import links

if TYPE_CHECKING:
    from spacy.language import Language

#: spaCy peels marks off a run of letters one by one and copies the rest each time, which is quadratic: a run longer than
#: this (no real word, and links rarely) is cut by a plain pattern instead.
LONGEST_RUN = 256

_ALL = re.compile(r".+", re.DOTALL)
_TAG = re.compile(r"[#@＠＃]\w+")
_RUN = re.compile(rf"\S{{{LONGEST_RUN + 1}}}")
_PLAIN = re.compile(r"\s+|[#@]?\w+|[^\w\s]")


class SocialTokenizer(Tokenizer):  # type: ignore[misc]
    def __call__(self, string: str) -> Doc:
        return super().__call__(string) if _RUN.search(string) is None else self._plain(string)

    def _plain(self, string: str) -> Doc:
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


def tune_tokenizer(nlp: Language) -> None:
    defaults = nlp.Defaults
    # Whole emoji sequences come off before spaCy's own pattern would take their first sign alone.
    sequence = f"(?:{links.EMOJI.pattern})"
    prefixes = [sequence, *(p for p in defaults.prefixes or () if p not in ("#", "@"))]
    suffixes = [sequence, *(defaults.suffixes or ())]
    nlp.tokenizer = SocialTokenizer(
        nlp.vocab,
        rules=defaults.tokenizer_exceptions,
        prefix_search=compile_prefix_regex(prefixes).search,
        suffix_search=compile_suffix_regex(suffixes).search,
        infix_finditer=compile_infix_regex(defaults.infixes or ()).finditer,
        token_match=_one_tag,
        url_match=_one_link,
    )


def _one_tag(text: str) -> re.Match[str] | None:
    """A match when ``text`` is one hashtag or mention from end to end."""
    return _TAG.fullmatch(text)


def _one_link(text: str) -> re.Match[str] | None:
    """A match when ``text`` is one link from end to end."""
    if "." not in text:
        return None
    return _ALL.fullmatch(text) if [s.of(text) for s in links.urls(text)] == [text] else None
