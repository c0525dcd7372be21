"""Maps look-alike letters (bold, italic, small capitals, circled) to the plain letters they stand for.

People decorate posts with mathematical alphabets and the like: 𝗹𝗶𝗸𝗲 𝘁𝗵𝗶𝘀. Each of these characters becomes exactly one plain
character, so every offset in the plain text is an offset in the text itself.
"""

from __future__ import annotations

import re
import unicodedata

#: Unicode blocks whose letters and digits have a plain form: letterlike symbols, superscripts, circled and bracketed letters,
#: full-width forms, mathematical alphabets, squared letters.
_LOOK_ALIKE_BLOCKS = (
    (0x2070, 0x20A0),
    (0x2100, 0x2150),
    (0x2460, 0x2500),
    (0xFF01, 0xFF5F),
    (0x1D400, 0x1D800),
    (0x1F110, 0x1F190),
)
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
#: Symbols with a separate meaning; they are not replaced.
_EXCEPTIONS = frozenset("™℠℅ℓ№℮Ω℧")


def _table() -> dict[int, str]:
    table = {ord(char): plain for char, plain in _SMALL_CAPITALS.items()}
    for first, end in _LOOK_ALIKE_BLOCKS:
        for point in range(first, end):
            plain = unicodedata.normalize("NFKC", chr(point))
            if chr(point) not in _EXCEPTIONS and len(plain) == 1 and plain.isascii() and plain.isalnum():
                table[point] = plain
    # Squared letters have no decomposition; some from U+1F170 on are emoji, but a run of them spells words.
    for first in (0x1F130, 0x1F150, 0x1F170):
        table.update({first + i: chr(ord("A") + i) for i in range(26) if first + i not in (0x1F170, 0x1F171, 0x1F17E, 0x1F17F)})
    return table


_PLAIN = _table()
_ANY = re.compile("[" + "".join(map(chr, sorted(_PLAIN))) + "]")


def has_look_alikes(text: str) -> bool:
    """Whether ``text`` contains a look-alike letter or digit."""
    return not text.isascii() and _ANY.search(text) is not None


def plain(text: str) -> str:
    """``text`` with every look-alike letter or digit replaced by its ASCII one; the same length."""
    return text.translate(_PLAIN) if has_look_alikes(text) else text
