"""Comments that switch rules off and on in Markdown (https://vale.sh/docs/formats/markdown#comments)."""

from __future__ import annotations

import json
import re

from nlp.rules.vale.block import Switches

_MATCHES = re.compile(r"vale (.+\..+)(\[.+\]) = (YES|NO)")
_ONE = re.compile(r"vale (.+\..+|[^.]+) = (YES|NO|on|off)")
_STYLES = re.compile(r"vale styles? = (.*)")


class CommentSwitches:
    """The state of the switches while a file is read. ``styles`` are the styles that apply to it."""

    def __init__(self, styles: frozenset[str]) -> None:
        self._styles = styles
        self._off = False
        self._names: frozenset[str] = frozenset()

    def read(self, comment: str) -> None:
        """Follows ``comment`` if it is a switch."""
        if comment in ("vale off", "vale on"):
            self._off = comment == "vale off"
        elif styles := _STYLES.fullmatch(comment):
            self._names = (self._names | self._styles) - {name.strip() for name in styles[1].split(",")}
        elif matches := _MATCHES.fullmatch(comment):
            self._switch([f"{matches[1]}[{words}]" for words in _list(matches[2])], off=matches[3] == "NO")
        elif one := _ONE.fullmatch(comment):
            self._switch([one[1]], off=one[2] in ("NO", "off"))

    def now(self) -> Switches:
        return Switches(self._off, self._names)

    def at_the_end(self) -> Switches:
        """What holds for the file as a whole: rules are on again, but ``vale off`` stays."""
        return Switches(self._off)

    def _switch(self, names: list[str], *, off: bool) -> None:
        self._names = self._names.union(names) if off else self._names.difference(names)


def _list(text: str) -> list[str]:
    try:
        items = json.loads(text)
    except ValueError:
        return []
    return [item for item in items if isinstance(item, str)]
