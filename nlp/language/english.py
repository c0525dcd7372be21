"""Finds the parts of a text that are in a language other than English, which lexicon, rules and measures cannot read.

Works sentence by sentence: other scripts are recognised by their letters, languages in Latin letters by CLD2 (``pycld2``, whose
tables are part of its library) and by the function words of lexicon.yml. Evidence is counted in words, and a sentence with
little evidence is assigned to the language of its neighbours. Nothing is stored, downloaded or random, and everything is
thread-safe.

Measured with pycld2 0.42 on one core: 3 ms to load; 5 MB of memory, 8 MB after 32 languages, all but 0.2 MB of it pages of the
library that processes share; 40 microseconds for a tweet, 0.14 ms for a draft, about 30 ms for 30,000 characters. The
constants below were tuned on these texts, so the figures are slightly optimistic:

- English, parts found: none in 44 demonstration drafts. In 995 posts of broad_twitter_corpus dev 9, all Indonesian, Italian,
  French, Portuguese, Spanish or Dutch; in 1,009 of wnut17 dev 2, both Hmong; in 1,909 sentences of EWT dev 1, a French
  proverb. So no false positives there. In 80,849 other texts 12: 6 of 4,342 British and Singaporean text messages, 4 of 20,923
  tweets with much dialect, 2 of 38,515 headlines, none of 17,069 sentences and comments.
- Other languages, 99 posts in 32 (tests/nlp/language/languages.yml), truncated after n words: 98 % found at 5, all from 7 on.
  Without their accents 83 % at 5, 98 % at 10. Of real tweets, short and full of names and English, about one in six is missed.

Known weaknesses: sentences half in English ("vou mandar o deck to the whole team before lunch" passes for English), Hindi and
Arabic in Latin letters (pass for English), English sentences made mostly of French words. Texts of fewer than 5 words are never
classified as foreign.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby, pairwise

import pycld2

from nlp.language.lexicon import ENGLISH, FOREIGN, is_contraction, stem
from nlp.model import Span

#: Minimum evidence for classifying a text: words in Latin letters, or letters of other scripts.
MIN_WORDS = 5
MIN_LETTERS = 8
#: A text is foreign when at most this share of its letters is outside its foreign parts: a greeting, a sign-off, a slogan.
MAX_ENGLISH_SHARE = 0.2

# Evidence for another language is counted in words; evidence for English is negative. It does not grow beyond this length.
_MAX_WORDS = 12
#: A function word is stronger evidence than another word; an English one the strongest, since posts in other languages borrow
#: them less often.
_FOREIGN_WEIGHT, _ENGLISH_WEIGHT = 1.5, 2.0
#: The cost of a change of language, lower at a paragraph break, where people change it more often than within a paragraph. A
#: text begins and ends with a break, so a sentence on its own needs more than twice the smaller number.
_CHANGE_COST, _CHANGE_COST_AT_BREAK = 3.0, 2.0
#: The weight of a guess that CLD2 itself reports as unreliable.
_UNRELIABLE_WEIGHT = 0.3
#: CLD2 needs at least this many words ("Let's go" is Tswana to it).
_MIN_WORDS_FOR_CLD2 = 3
#: CLD2's codes. It takes some dialect and text-speak for Scots or a constructed language; nobody sells in the latter ("un" is
#: unknown).
_ENGLISH_CODES, _IGNORED_CODES = frozenset({"en", "sco"}), frozenset({"ia", "ie", "tlh", "un", "vo", "zzp"})

#: Model numbers and keys belong to no language. Anchored at a word start, because a long word would be searched at every
#: letter.
_WITH_DIGITS = re.compile(r"(?<!\S)\S*\d\S*")

#: The last code point of the Latin blocks before other scripts begin, and a later Latin block.
_LATIN_END, _MORE_LATIN = 0x24F, range(0x1E00, 0x1F00)
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def foreign_parts(text: str, segments: Sequence[Span], evidence: Sequence[float] | None = None) -> tuple[Span, ...]:
    """The parts of ``text`` in a language other than English: spans of code points in order, each from the start of one of
    ``segments`` to the end of the same or a later one, with at least one segment between two parts. Two foreign languages in
    a row are one part. ``text`` is prose whose links, hashtags and mentions are masked or left out; ``segments`` are in order
    and do not overlap.

    A segment is classified as a whole, by the language of most of it. One that is too short is assigned to the language of its
    neighbours, and to English when in doubt: a part has 5 words or more, or 8 letters of another script. ``evidence`` is the
    ``foreign_evidence`` of each segment, where it is known already.
    """
    if evidence is None:
        evidence = [foreign_evidence(segment.of(text)) for segment in segments]
    if not any(value > 0 for value in evidence):
        return ()
    costs = [_CHANGE_COST_AT_BREAK if text.count("\n", a.end, b.start) > 1 else _CHANGE_COST for a, b in pairwise(segments)]
    parts = []
    for foreign, run in groupby(zip(segments, _smooth(evidence, costs), strict=True), key=lambda pair: pair[1]):
        spans = [segment for segment, _ in run]
        part = Span(spans[0].start, spans[-1].end)
        if foreign and _is_long_enough(_normalize(part.of(text))):
            parts.append(part)
    return tuple(parts)


def is_mostly_foreign(text: str, parts: Sequence[Span]) -> bool:
    """Whether ``parts`` contain at least four fifths of the letters of ``text``. False without parts."""
    foreign = sum(_count_letters(part.of(text)) for part in parts)
    return foreign > 0 and foreign >= (1 - MAX_ENGLISH_SHARE) * _count_letters(text)


def _smooth(evidence: Sequence[float], costs: Sequence[float]) -> list[bool]:
    """For each segment whether it is foreign: the sequence that maximises the evidence of its foreign segments less the cost
    of its changes of language (the Viterbi algorithm with two states). English in a tie."""
    english, foreign = 0.0, -_CHANGE_COST_AT_BREAK
    previous: list[tuple[bool, bool]] = []  # for an English and for a foreign segment: was the one before it foreign?
    # Nothing changes before the first segment; starting in another language is paid for above.
    for value, cost in zip(evidence, (math.inf, *costs), strict=False):
        previous.append((foreign - cost > english, foreign > english - cost))
        english, foreign = max(english, foreign - cost), max(foreign, english - cost) + value
    states = []
    state = foreign - _CHANGE_COST_AT_BREAK > english
    for came_from in reversed(previous):
        states.append(state)
        state = came_from[state]
    return states[::-1]


def foreign_evidence(sentence: str) -> float:
    """The evidence that ``sentence`` is in another language, in words: -12 and less for plain English, about 12 for another
    language, 0 where there is none."""
    normalized = _normalize(sentence)
    letters = [char for char in normalized if char.isalpha()]
    other_script = sum(map(_is_other_script, letters))
    if other_script * 2 > len(letters):
        return float(min(_MAX_WORDS, other_script))
    words: list[str] = _WORD.findall(_WITH_DIGITS.sub(" ", normalized))
    # English texts contain foreign names ("Crédit Agricole"), so capitalised words within a sentence are no evidence.
    lower_case = words if normalized.isupper() else [word for i, word in enumerate(words) if i == 0 or not word[0].isupper()]
    english = sum(_is_english_function_word(word.lower()) for word in lower_case)
    foreign = sum(word.lower() in FOREIGN or (word.islower() and not word.isascii()) for word in lower_case)
    lean = _cld2_lean(lower_case)
    # A headline without its names may look foreign, so the full headline must look foreign too.
    if lean > 0 and len(lower_case) < len(words):
        lean = min(lean, _cld2_lean(words))
    # CLD2 takes some Dutch for English: two foreign function words with no English one overrule it.
    if lean < 0 and foreign > 1 and not english:
        lean = 0
    return lean * min(_MAX_WORDS, len(lower_case)) + _FOREIGN_WEIGHT * foreign - _ENGLISH_WEIGHT * english


def _cld2_lean(words: Sequence[str]) -> float:
    """CLD2's estimate, from -1 (English) to 1 (another language); 0 if it has none."""
    if len(words) < _MIN_WORDS_FOR_CLD2:
        return 0
    data = " ".join(words).lower().encode()
    reliable, _, languages = pycld2.detect(data, isPlainText=True)
    if not reliable:
        _, _, languages = pycld2.detect(data, isPlainText=True, bestEffort=True)
    english: int = sum(percent for _, code, percent, _ in languages if code in _ENGLISH_CODES)
    foreign: int = sum(percent for _, code, percent, _ in languages if code not in _ENGLISH_CODES | _IGNORED_CODES)
    return (foreign - english) / 100 * (1 if reliable else _UNRELIABLE_WEIGHT)


def _is_long_enough(normalized: str) -> bool:
    other_script = sum(char.isalpha() and _is_other_script(char) for char in normalized)
    return other_script >= MIN_LETTERS or len(_WORD.findall(normalized)) >= MIN_WORDS


def _normalize(text: str) -> str:
    """Compatibility forms (bold, full-width) as plain letters, with straight apostrophes."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).replace("’", "'")


def _count_letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _is_english_function_word(lower: str) -> bool:
    return lower in ENGLISH or stem(lower) in ENGLISH or is_contraction(lower)


def _is_other_script(char: str) -> bool:
    return ord(char) > _LATIN_END and ord(char) not in _MORE_LATIN
