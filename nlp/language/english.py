"""Which parts of a text are in another language than English, which the lists, rules and measures do not read.

Sentence by sentence: other scripts are told by their letters, languages in Latin letters by CLD2 (``pycld2``, whose tables
are part of its library) and by the small words of words.yml. What a sentence says is weighed in words, and a sentence that
says little goes with its neighbours. Nothing here is stored, downloaded or drawn by chance, and threads may share it.

Measured, with pycld2 0.42 on one core: 3 ms to load; 5 MB of memory, 8 MB once 32 languages were met, all but 0.2 MB of it
pages of the library that processes share; 40 microseconds for a tweet, 0.14 ms for a draft, about 30 ms for one of 30,000
characters. The constants below were chosen on these texts, so the figures are a little kind:

- English, parts found: none in 44 demonstration drafts. In 995 posts of broad_twitter_corpus dev 9, all Indonesian, Italian,
  French, Portuguese, Spanish or Dutch; in 1,009 of wnut17 dev 2, both Hmong; in 1,909 sentences of EWT dev 1, a French
  proverb. So no false alarm there. In 80,849 other texts 12: 6 of 4,342 British and Singaporean text messages, 4 of 20,923
  tweets with much dialect, 2 of 38,515 headlines, none of 17,069 sentences and comments.
- Other languages, 99 posts in 32 (tests/nlp/language/languages.yml), cut after so many words: 98 % found at 5, all from 7 on.
  Without their accents 83 % at 5, 98 % at 10. Of real tweets, short and full of names and English, about one in six is missed.

Weak on sentences half in English ("vou mandar o deck to the whole team before lunch" passes for English), on Hindi and Arabic
in Latin letters (pass for English), and on English sentences made mostly of French words. Less than 5 words are never told.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby, pairwise

import pycld2

from nlp.language.words import ENGLISH, FOREIGN, is_contraction, stem
from nlp.model import Span

#: What the coach says of a text in another language instead of a score, and of one that is partly in another.
FOREIGN_NOTE = "No language tips for this text: it is not in English, so only its length and layout are checked"
MIXED_NOTE = "Only the English part of this text is judged"

#: Less than this is too little to tell: words in Latin letters, letters of other scripts.
FEWEST_WORDS = 5
FEWEST_LETTERS = 8
#: Of a foreign text at most this share of the letters stands outside its foreign parts: a greeting, a sign-off, a slogan.
MOST_ENGLISH = 0.2

# Evidence is counted in words for another language, against it below 0. A longer sentence than this is not surer.
_MOST_WORDS = 12
#: A small word says more than another word; an English one the most, since posts in other languages borrow them less often.
_FOREIGN_WORD, _ENGLISH_WORD = 1.5, 2.0
#: What a change of language costs: people change it between paragraphs rather than within one. A text begins and ends with a
#: break, so a sentence that stands alone has to bring more than twice the smaller number.
_CHANGE, _CHANGE_AT_BREAK = 3.0, 2.0
#: The share that counts of a guess that CLD2 itself does not trust.
_UNSURE = 0.3
#: Fewer words mean nothing to CLD2 ("Let's go" is Tswana).
_FEWEST_FOR_CLD2 = 3
#: Codes of CLD2. It calls some dialect and text-speak Scots or a made-up language; nobody sells in the latter ("un": unknown).
_ENGLISH_CODES, _UNTOLD = frozenset({"en", "sco"}), frozenset({"ia", "ie", "tlh", "un", "vo", "zzp"})

#: Model numbers and keys are in no language. From the start of each alone, or a long word would be searched at every letter.
_NUMBERED = re.compile(r"(?<!\S)\S*\d\S*")

#: The last code points of the Latin blocks before other scripts begin.
_LATIN_END, _MORE_LATIN = 0x24F, range(0x1E00, 0x1F00)
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def foreign_parts(text: str, sentences: Sequence[Span], found: Sequence[float] | None = None) -> tuple[Span, ...]:
    """The parts of ``text`` in another language than English: spans of code points in order, each from the start of one
    of ``sentences`` to the end of the same or a later one, with at least one sentence between two of them. Two foreign
    languages in a row are one part. ``text`` is prose whose links, hashtags and mentions are masked or left out, and
    ``sentences`` are in order and do not overlap.

    A sentence is taken whole: one in two languages goes with what most of it says. What is too short to tell goes with its
    neighbours, and is English in doubt: a part has 5 words or more, or 8 letters of another script. ``found`` is the
    ``evidence`` of each sentence, where it is known already.
    """
    if found is None:
        found = [evidence(sentence.of(text)) for sentence in sentences]
    if not any(value > 0 for value in found):
        return ()
    changes = [_CHANGE_AT_BREAK if text.count("\n", a.end, b.start) > 1 else _CHANGE for a, b in pairwise(sentences)]
    parts = []
    for foreign, run in groupby(zip(sentences, _smoothed(found, changes), strict=True), key=lambda pair: pair[1]):
        spans = [sentence for sentence, _ in run]
        part = Span(spans[0].start, spans[-1].end)
        if foreign and _tells_enough(_plain(part.of(text))):
            parts.append(part)
    return tuple(parts)


def leaves_no_english(text: str, parts: Sequence[Span]) -> bool:
    """Whether ``parts`` hold all letters of ``text`` but a fifth. False without parts."""
    foreign = sum(_letters(part.of(text)) for part in parts)
    return foreign > 0 and foreign >= (1 - MOST_ENGLISH) * _letters(text)


def _smoothed(found: Sequence[float], changes: Sequence[float]) -> list[bool]:
    """For each sentence whether it is foreign: the sequence for which the evidence in its foreign sentences, less what its
    changes of language cost, is largest (Viterbi's way, two states). English where two are alike."""
    english, foreign = 0.0, -_CHANGE_AT_BREAK
    before: list[tuple[bool, bool]] = []  # for an English and for a foreign sentence: was the one before it foreign?
    # Nothing changes before the first sentence; to begin in another language has been paid for above.
    for value, change in zip(found, (math.inf, *changes), strict=False):
        before.append((foreign - change > english, foreign > english - change))
        english, foreign = max(english, foreign - change), max(foreign, english - change) + value
    states = []
    state = foreign - _CHANGE_AT_BREAK > english
    for came_from in reversed(before):
        states.append(state)
        state = came_from[state]
    return states[::-1]


def evidence(sentence: str) -> float:
    """What ``sentence`` says for another language, in words: -12 and less for plain English, about 12 for another language,
    0 where it says nothing."""
    plain = _plain(sentence)
    letters = [char for char in plain if char.isalpha()]
    others = sum(map(_is_other_script, letters))
    if others * 2 > len(letters):
        return float(min(_MOST_WORDS, others))
    words: list[str] = _WORD.findall(_NUMBERED.sub(" ", plain))
    # Names are written in English texts as they are ("Crédit Agricole"), so capitals within a sentence tell nothing.
    telling = words if plain.isupper() else [word for i, word in enumerate(words) if i == 0 or not word[0].isupper()]
    english = sum(_is_small_english(word.lower()) for word in telling)
    foreign = sum(word.lower() in FOREIGN or (word.islower() and not word.isascii()) for word in telling)
    lean = _lean(telling)
    # What is left of a headline without its names may look foreign, so both have to.
    if lean > 0 and len(telling) < len(words):
        lean = min(lean, _lean(words))
    # CLD2 takes some Dutch for English: not against two small words with none on the other side.
    if lean < 0 and foreign > 1 and not english:
        lean = 0
    return lean * min(_MOST_WORDS, len(telling)) + _FOREIGN_WORD * foreign - _ENGLISH_WORD * english


def _lean(words: Sequence[str]) -> float:
    """CLD2's view, from -1 (English) to 1 (another language); 0 if it has none."""
    if len(words) < _FEWEST_FOR_CLD2:
        return 0
    data = " ".join(words).lower().encode()
    sure, _, found = pycld2.detect(data, isPlainText=True)
    if not sure:
        _, _, found = pycld2.detect(data, isPlainText=True, bestEffort=True)
    english: int = sum(percent for _, code, percent, _ in found if code in _ENGLISH_CODES)
    foreign: int = sum(percent for _, code, percent, _ in found if code not in _ENGLISH_CODES | _UNTOLD)
    return (foreign - english) / 100 * (1 if sure else _UNSURE)


def _tells_enough(plain: str) -> bool:
    others = sum(char.isalpha() and _is_other_script(char) for char in plain)
    return others >= FEWEST_LETTERS or len(_WORD.findall(plain)) >= FEWEST_WORDS


def _plain(text: str) -> str:
    """Letters as they are meant (bold and wide ones are plain ones), with straight apostrophes."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).replace("’", "'")


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _is_small_english(lower: str) -> bool:
    return lower in ENGLISH or stem(lower) in ENGLISH or is_contraction(lower)


def _is_other_script(char: str) -> bool:
    return ord(char) > _LATIN_END and ord(char) not in _MORE_LATIN
