"""The words of a text as a reader sees them, whatever characters they are made of."""

from __future__ import annotations

import re
import unicodedata

#: Letters of other scripts that look like Latin ones, from Unicode's confusables (UTS #39): Cyrillic, Greek, Armenian, and
#: Latin ones that have no decomposition. All texts are changed alike, so different texts in these scripts stay different.
_LOOKALIKES = {
    "a": "аɑα", "b": "ЬЪƄ", "c": "сϲ", "d": "ԁɗ", "e": "еєҽ℮", "f": "ſƒ", "g": "ɡց", "h": "һհ", "i": "іιıɩӏ", "j": "јϳ",
    "k": "кκ", "l": "ⅼǀ", "m": "мϻ", "n": "пηռ", "o": "оοσօ", "p": "рρ", "q": "ԛգ", "r": "гɾ", "s": "ѕꜱ", "t": "тτ",
    "u": "υսʋ", "v": "ѵνⅴ", "w": "ԝωա", "x": "хχ", "y": "уүγ", "z": "ᴢ",
}  # fmt: skip
_LATIN = str.maketrans({char: latin for latin, chars in _LOOKALIKES.items() for char in chars})
#: Marks above or below a letter, and what takes no room: format characters, controls, variation selectors.
_UNSEEN = frozenset({"Mn", "Me", "Cf", "Cc", "Co", "Cs"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
#: A number with its separators is one word.
_WORD = re.compile(r"\d+(?:[.,:]\d+)+(?![^\W_])|[^\W_]+")
_APOSTROPHES = re.compile("['’ʼ‘´`]")


def plain_words(text: str) -> list[str]:
    """In lower case, without accents and punctuation."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    seen = "".join(char if char.isspace() else "" if _is_unseen(char) else char for char in decomposed)
    # Casefolding may have composed letters of its own.
    latin = unicodedata.normalize("NFKD", seen).translate(_LATIN)
    return [re.sub(r"[.,:]", "", word) for word in _WORD.findall(_APOSTROPHES.sub("", latin))]


def _is_unseen(char: str) -> bool:
    return char in _FILLERS or unicodedata.category(char) in _UNSEEN
