"""Markdown as a stream of tags, texts and comments, each text with its place in the file.

Vale renders Markdown as HTML and reads that tag by tag. The same stream is made here from the tokens of markdown-it, whose
blocks know their lines; a text is placed by searching for it in these lines, after the text before it.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple

from markdown_it import MarkdownIt

from nlp.rules.vale.block import Run

if TYPE_CHECKING:
    from markdown_it.token import Token

#: Addresses that are links without any markup, as in GitHub's Markdown.
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s<]*[^\s<.,:;!?'\")\]*_~]")
#: Tags that Vale's own parser names otherwise.
_TAGS = {"s": "del"}
_BREAKS = frozenset({"softbreak", "hardbreak"})
VOID = frozenset({"br", "hr", "img", "input", "wbr"})


class Start(NamedTuple):
    tag: str
    attributes: Mapping[str, str] = {}
    #: The place of the text that stands for an image.
    alt: tuple[Run, ...] = ()


class End(NamedTuple):
    tag: str


class Text(NamedTuple):
    text: str
    runs: tuple[Run, ...]


class Comment(NamedTuple):
    text: str


Event = Start | End | Text | Comment


def events(source: str) -> Iterator[Event]:
    """The tags, texts and comments of ``source``, a Markdown file with ``\\n`` as line ends. Neighbouring texts are one."""
    pending: list[Text] = []
    for event in _Reader(source).read():
        if isinstance(event, Text):
            pending.append(event)
            continue
        if pending:
            yield _joined(pending)
            pending = []
        yield event
    if pending:
        yield _joined(pending)


def _joined(texts: list[Text]) -> Text:
    runs: list[Run] = []
    length = 0
    for text in texts:
        runs += (Run(run.at + length, run.source) for run in text.runs)
        length += len(text.text)
    return Text("".join(text.text for text in texts), tuple(runs))


def _parser() -> MarkdownIt:
    # Escapes and entities stay tokens of their own, so that what they stand for can be placed.
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("text_join")


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._lines = [0, *(match.end() for match in re.finditer("\n", source)), len(source)]
        self._at = 0
        self._end = 0

    def read(self) -> Iterator[Event]:
        for token in _parser().parse(self._source):
            if token.map:
                self._enter(token.map)
            if token.type == "inline":
                yield from self._inline(token.children or [])
            elif token.type in ("fence", "code_block"):
                self._at = self._end
                yield from (Start("pre"), Start("code"), self._code(token.content), End("code"), End("pre"))
            elif token.type == "html_block":
                yield from _html(self._source[self._at : self._end], self._at)
                self._at = self._end
            elif token.nesting > 0 and not token.hidden:
                yield Start(token.tag)
            elif token.nesting < 0 and not token.hidden:
                yield End(token.tag)
            elif token.type == "hr":
                yield Start("hr")

    def _enter(self, lines: list[int]) -> None:
        """Moves to the lines of a block; the cells of a row share its lines."""
        start, end = self._lines[lines[0]], self._lines[min(lines[1], len(self._lines) - 1)]
        self._at, self._end = max(start, min(self._at, end)), end

    def _code(self, content: str) -> Text:
        return Text(content, (Run(0, self._at),))

    def _inline(self, children: list[Token]) -> Iterator[Event]:
        for child in children:
            if child.type in _BREAKS:
                yield from [Start("br")] * (child.type == "hardbreak")
                yield self._placed("\n", "\n")
            elif child.type == "text":
                yield from self._prose(child.content)
            elif child.type == "text_special":
                yield self._placed(child.content, child.markup)
            elif child.type == "code_inline":
                yield from self._code_span(child)
            elif child.type == "image":
                yield self._image(child)
            elif child.type == "html_inline":
                at = self._find(child.content)
                self._at = at + len(child.content)
                yield from _html(child.content, at)
            else:
                yield self._tag(child)

    def _tag(self, token: Token) -> Event:
        """The tag of emphasis or of a link."""
        tag = _TAGS.get(token.tag, token.tag)
        if token.nesting > 0:
            return Start(tag, {name: str(value) for name, value in token.attrs.items()})
        if token.type == "link_close" and token.markup != "autolink":
            self._skip_destination()
        return End(tag)

    def _prose(self, content: str) -> Iterator[Event]:
        end = 0
        for address in _ADDRESS.finditer(content):
            if content[end : address.start()]:
                yield self._placed(content[end : address.start()])
            yield Start("a", {"href": address.group()})
            yield self._placed(address.group())
            yield End("a")
            end = address.end()
        if content[end:]:
            yield self._placed(content[end:])

    def _placed(self, content: str, written: str | None = None) -> Text:
        """``content``, which is ``written`` in the file, placed at its next occurrence."""
        if written is None and "|" in content and self._source.find(content, self._at, self._end) < 0:
            # In a table a backslash before a bar belongs to the markup.
            return _joined([self._part(part) for part in re.split(r"(?<=\|)|(?=\|)", content) if part])
        return self._part(content, written)

    def _part(self, content: str, written: str | None = None) -> Text:
        at = self._find(content if written is None else written)
        self._at = at + len(content if written is None else written)
        return Text(content, (Run(0, at),))

    def _find(self, written: str) -> int:
        at = self._source.find(written, self._at, self._end)
        return self._at if at < 0 else at

    def _code_span(self, token: Token) -> Iterator[Event]:
        at = self._find(token.markup) + len(token.markup)
        close = self._source.find(token.markup, at, self._end)
        inside = self._source.find(token.content, at, self._end)
        yield from (Start("code"), Text(token.content, (Run(0, at if inside < 0 else inside),)), End("code"))
        self._at = (at if close < 0 else close) + len(token.markup)

    def _image(self, token: Token) -> Start:
        self._at = self._find("![") + 2
        at = self._find(token.content)
        self._at = at + len(token.content)
        self._skip_destination()
        alt = "".join(child.content for child in token.children or [])
        return Start("img", {"src": str(token.attrs.get("src", "")), "alt": alt}, (Run(0, at),))

    def _skip_destination(self) -> None:
        """Moves behind the address of a link, so that no text is found in it."""
        close = self._source.find("]", self._at, self._end)
        if close < 0:
            return
        self._at = close + 1
        following = self._source[self._at : self._at + 1]
        if following == "[":
            self._at = max(self._at, self._source.find("]", self._at, self._end) + 1)
        elif following == "(":
            depth = 0
            for offset in range(self._at, self._end):
                if self._source[offset - 1] != "\\":
                    depth += {"(": 1, ")": -1}.get(self._source[offset], 0)
                if depth == 0:
                    self._at = offset + 1
                    return


class _HtmlReader(HTMLParser):
    def __init__(self, html: str, start: int) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[Event] = []
        self._start = start
        self._lines = [0, *(match.end() for match in re.finditer("\n", html))]
        self.feed(html)
        self.close()

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._start + self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        written = self.get_starttag_text() or ""
        alt = attributes.get("alt", "")
        place = self._offset() + max(0, written.find(alt)) if alt else self._offset()
        self.found.append(Start(tag, attributes, (Run(0, place),)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.found.append(End(tag))

    def handle_data(self, data: str) -> None:
        self.found.append(Text(data, (Run(0, self._offset()),)))

    def handle_entityref(self, name: str) -> None:
        self.found.append(Text(unescape(f"&{name};"), (Run(0, self._offset()),)))

    def handle_charref(self, name: str) -> None:
        self.found.append(Text(unescape(f"&#{name};"), (Run(0, self._offset()),)))

    def handle_comment(self, data: str) -> None:
        self.found.append(Comment(data.strip()))


def _html(html: str, start: int) -> list[Event]:
    """The tags, texts and comments of ``html``, which begins at ``start`` of the file."""
    return _HtmlReader(html, start).found


def stripped(text: Text) -> Text:
    """``text`` without whitespace at its ends."""
    start = len(text.text) - len(text.text.lstrip())
    inner = text.text.strip()
    first = max(0, bisect.bisect_right(text.runs, start, key=lambda run: run.at) - 1)
    runs = [Run(max(0, run.at - start), run.source + max(0, start - run.at)) for run in text.runs[first:]]
    return Text(inner, tuple(run for run in runs if run.at < len(inner) or run.at == 0))
