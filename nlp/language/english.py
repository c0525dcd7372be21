"""Whether a text is in another language than English, which the lists, rules and measures do not read."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from nlp.language.words import ENGLISH, FOREIGN, stem

if TYPE_CHECKING:
    from nlp.language.reading import Reading

#: What the coach says of such a text instead of a score.
FOREIGN_NOTE = "Repute reads English; this text gets length and layout checks only"
#: A word or a name in another script does not make a foreign text.
FEWEST_LETTERS = 8
FEWEST_WORDS = 8
#: Headlines and telegrams of English posts hold no small English word either, so foreign words are asked for as well.
FEWEST_FOREIGN = 2
FOREIGN_SHARE = 0.1
FOREIGN_PER_ENGLISH = 2
#: The last code points of the Latin blocks before other scripts begin.
_LATIN_END, _MORE_LATIN = 0x24F, range(0x1E00, 0x1F00)


def is_foreign(reading: Reading) -> bool:
    """True where most letters are not Latin (of 8 or more), or where, of 8 words or more, a tenth and at least two are
    foreign and these are more than twice the small English words. A word is foreign when it is a small word of
    another language or is written in small letters that English has not. A text in a language without either is taken for
    English, and so is a mixed one.

    Measured: of 300 posts of broad_twitter_corpus and wnut17 (150 of each dev part, seed 20) one was called foreign, and it
    is Italian; of all 2,004 two, in Italian and French; of 44 demonstration drafts none.
    """
    letters = [char for char in unicodedata.normalize("NFKC", reading.prose) if char.isalpha()]
    if len(letters) >= FEWEST_LETTERS and sum(map(_other_script, letters)) * 2 > len(letters):
        return True
    words = reading.words
    english = sum(word.lower in ENGLISH or stem(word) in ENGLISH for word in words)
    foreign = sum(word.lower in FOREIGN or _accented(word.text) for word in words)
    return (
        len(words) >= FEWEST_WORDS
        and foreign >= max(FEWEST_FOREIGN, FOREIGN_SHARE * len(words))
        and foreign > FOREIGN_PER_ENGLISH * english
    )


def _other_script(char: str) -> bool:
    return ord(char) > _LATIN_END and ord(char) not in _MORE_LATIN


def _accented(word: str) -> bool:
    """A capital begins a name ("Müller"), and names are written in English texts as they are."""
    return word.islower() and not unicodedata.normalize("NFKC", word).isascii() and "'" not in word
