"""The blocks of a Markdown file, as Vale builds them: inline markup is dropped, code is masked, and each paragraph, heading,
list item, cell and quotation is a block (https://vale.sh/docs/formats/markdown)."""

from __future__ import annotations

import re
from collections import Counter

from nlp.rules.vale import front_matter, prose
from nlp.rules.vale.block import MASK, Block, Document, Origin, Run, Switches
from nlp.rules.vale.comments import CommentSwitches
from nlp.rules.vale.events import VOID, Comment, End, Start, Text, events, stripped
from nlp.rules.vale.front_matter import FrontMatter
from nlp.rules.vale.ignores import HIDDEN, Ignores

_INLINE = frozenset(
    {
        "b", "big", "i", "small", "abbr", "acronym", "cite", "dfn", "em", "kbd", "strong", "a", "br", "img", "span", "sub",
        "sup", "code", "tt", "del", "samp",
    }
)  # fmt: skip
_SCOPES = {
    "th": ("table", "header"), "td": ("table", "cell"), "caption": ("table", "caption"), "li": ("list",),
    "blockquote": ("blockquote",), "figcaption": ("figure", "caption"),
}  # fmt: skip
#: Classes around a block, and nested inline elements, that a rule can select; more of them would take quadratic time.
MAX_CLASSES, MAX_SPANS = 20, 4
_HEADING = re.compile(r"h[1-6]")
#: Marks after which, and before which, the text of a tag follows without a blank.
_OPENING, _CLOSING = frozenset("([{—–"), frozenset(".?!,:;)]}—–")
#: Inline elements that are blocks of their own as well, for rules that ask for them.
_INLINE_SCOPES = {
    "a": "link", "code": "code", "tt": "code", "strong": "strong", "b": "strong", "em": "emphasis", "i": "emphasis",
}  # fmt: skip
_SUMMARISED = ("list", "blockquote")


class _Buffer:
    """The text of a block that is being read, piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._runs: list[Run] = []
        self._length = 0

    def add(self, piece: Text) -> None:
        self._pieces.append(piece.text)
        self._runs += (Run(run.at + self._length, run.source) for run in piece.runs)
        self._length += len(piece.text)

    @property
    def last(self) -> str:
        """The last character; empty where there is none."""
        return self._pieces[-1][-1:] if self._pieces else ""

    def text(self) -> Text:
        return Text("".join(self._pieces), tuple(self._runs) or (Run(0, 0),))


def read(source: str, extension: str, ignores: Ignores, styles: frozenset[str], units: frozenset[str]) -> Document:
    """The blocks of ``source``, a Markdown file with ``\\n`` as line ends and the extension ``extension``. ``styles`` are the
    styles that apply to it, which comments may switch off, ``units`` those of paragraphs and sentences that a rule is for."""
    switches = CommentSwitches(styles)
    walker = _Walker(extension, ignores, switches, units)
    body = ignores.hide(source)
    matter = front_matter.read(body)
    if matter is not None:
        walker.front_matter(matter)
        body = re.sub(r"[^\n]", " ", body[: matter.end]) + body[matter.end :]
    for event in events(body):
        walker.handle(event)
    walker.finish()
    summary = walker.summary.text()
    blocks = [*walker.blocks]
    last = switches.at_the_end()
    blocks.append(Block(summary.text, frozenset({"summary", extension}), Origin(summary.runs), 0, last))
    blocks.append(Block(source, frozenset({"raw", extension}), Origin(), 0, last))
    return Document(tuple(blocks), dict(walker.elements))


class _Walker:
    """Collects blocks from the stream of tags, in the way of Vale's own reader."""

    def __init__(self, extension: str, ignores: Ignores, switches: CommentSwitches, units: frozenset[str]) -> None:
        self.blocks: list[Block] = []
        self.elements: Counter[str] = Counter()
        self.summary = _Buffer()
        self._extension = extension
        self._ignores = ignores
        self._switches = switches
        self._units = units
        self._buffer = _Buffer()
        self._tags: list[str] = []
        self._last_tag = ""
        self._inline = self._masked = False
        self._reference = self._class = ""
        # The elements that are open, each with the classes around it, how often each tag is, and the inline ones among them
        # that a rule asks for.
        self._open: list[tuple[str, frozenset[str]]] = []
        self._open_tags: Counter[str] = Counter()
        self._spans: list[tuple[str, _Buffer]] = []
        # The tag that began a skipped block, how often it is open, and whether the block ends with that tag alone.
        self._skipping = ""
        self._depth = 0

    def handle(self, event: Start | End | Text | Comment) -> None:
        if isinstance(event, Comment):
            self._switches.read(event.text)
        elif isinstance(event, Start):
            self._start(event)
        elif isinstance(event, Text):
            self._text(event)
        else:
            self._end(event.tag)

    def finish(self) -> None:
        """Ends the last block, for text in HTML that no tag closes."""
        self._flush()

    def front_matter(self, matter: FrontMatter) -> None:
        """Makes a block of each field that is text."""
        for name, value, at in matter.texts():
            if not {"frontmatter", f"text.frontmatter.{name}"} & self._ignores.inline:
                self._block(Text(value, (Run(0, at),)), "text", "frontmatter", *name.split("."))

    def _start(self, event: Start) -> None:
        tag = event.tag
        classes = frozenset(event.attributes.get("class", "").split())
        if self._skipping:
            self._depth += tag == self._skipping
        elif tag in self._ignores.blocks or (classes & self._ignores.classes and tag not in _INLINE):
            self._skipping, self._depth = tag, 1
            self.elements[tag] += 1
        else:
            self._inline = tag in _INLINE
            self._masked = tag in self._ignores.inline
            self._tags.append(tag)
            self._last_tag = tag
            if tag not in VOID:
                around = self._open[-1][1] if self._open else frozenset()
                self._open.append((tag, around | classes if classes and len(around) < MAX_CLASSES else around))
                self._open_tags[tag] += 1
                if _INLINE_SCOPES.get(tag) in self._units and len(self._spans) < MAX_SPANS:
                    self._spans.append((tag, _Buffer()))
        self._reference = event.attributes.get("href", "")
        self._class = event.attributes.get("class", "")
        if tag == "img" and event.attributes.get("alt") and "alt" not in self._ignores.blocks:
            self._block(Text(event.attributes["alt"], event.alt), "text", "attr", "alt")

    def _end(self, tag: str) -> None:
        if self._skipping and tag == self._skipping:
            self._depth -= 1
            if not self._depth:
                self._skipping = ""
        if tag not in _INLINE:
            self._flush()
            self._tags = []
        else:
            self._last_tag = ""
            self._end_span(tag)
        if self._open_tags[tag]:
            closed = ""
            while closed != tag:
                closed = self._open.pop()[0]
                self._open_tags[closed] -= 1
        self._reference = self._class = ""

    def _end_span(self, tag: str) -> None:
        """Makes a block of an inline element that a rule asks for."""
        if self._spans and self._spans[-1][0] == tag:
            text = stripped(self._spans.pop()[1].text())
            if text.text:
                self._block(text, _INLINE_SCOPES[tag])

    def _text(self, event: Text) -> None:
        if self._skipping:
            return
        for _, span in self._spans:
            span.add(Text(event.text.replace(HIDDEN, MASK), event.runs))
        text = stripped(event)
        if not text.text:
            return
        is_masked = self._masked or bool(frozenset(self._class.split()) & self._ignores.classes)
        follows_closely = text.text[0] in _CLOSING and not is_masked
        nested = self._is_in_nested_list() and not self._inline
        if is_masked or self._reference == text.text:
            text = Text(re.sub(r"[^\n]", MASK, text.text), text.runs)
            self._masked = False
        blank = (self._inline and not follows_closely) or nested
        if blank and self._buffer.last not in _OPENING:
            text = Text(" " + text.text, (Run(0, text.runs[0].source - 1), *(Run(run.at + 1, run.source) for run in text.runs)))
        self._buffer.add(Text(text.text.replace(HIDDEN, MASK), text.runs))

    def _is_in_nested_list(self) -> bool:
        return self._tags[-3:] in (["li", "ol", "li"], ["li", "ul", "li"])

    def _flush(self) -> None:
        """Makes a block of what has been read. The first tag that has a scope decides about it."""
        text, self._buffer = self._buffer.text(), _Buffer()
        if not text.text.strip():
            return
        names = next((names for tag in self._tags if (names := _names(tag))), None)
        if names:
            self.elements["_".join(names)] += 1
        if names is None or names[0] in _SUMMARISED:
            self.summary.add(text)
            self.summary.add(Text("\n\n", (Run(0, text.runs[-1].source),)))
        block = self._block(stripped(text), "text", *(names or ()))
        if names is None:
            self.blocks += _divisions(block, self._extension, self._units)

    def _block(self, text: Text, *names: str) -> Block:
        if "class" in self._units:
            classes = self._open[-1][1] if self._open else frozenset()
            names = (*names, "class", *sorted(classes)) if classes else names
        block = Block(text.text, frozenset({*names, self._extension}), Origin(text.runs), 0, self._switches.now())
        self.blocks.append(block)
        return block


def plain(source: str, extension: str, units: frozenset[str]) -> Document:
    """The blocks of a plain text: the whole, which is also its source and its summary, its paragraphs and its sentences."""
    whole = Block(source, frozenset({"text", extension}), Origin(), 0, Switches())
    sized = (Block(source, frozenset({name, extension}), Origin()) for name in ("summary", "raw"))
    return Document((whole, *_divisions(whole, extension, units), *sized))


def _divisions(block: Block, extension: str, units: frozenset[str]) -> list[Block]:
    """The paragraphs and the sentences of a block of prose, if they are among ``units``."""
    divided = {"paragraph": prose.paragraphs, "sentence": prose.sentences}
    return [
        block.part(span.start, span.end, frozenset({unit, extension}))
        for unit, divide in divided.items()
        if unit in units
        for span in divide(block.text)
    ]


def _names(tag: str) -> tuple[str, ...]:
    return ("heading", tag) if _HEADING.fullmatch(tag) else _SCOPES.get(tag, ())
