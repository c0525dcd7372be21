"""Universal Dependencies treebanks (CoNLL-U, https://universaldependencies.org/format.html) as plain trees and as Docs."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

ROOT = -1
_ENTITY = re.compile(r"\((\d+-[^()]*\)?)|(\d+)\)")
_FIELDS_OF_NAMED = 6


@dataclass(frozen=True, slots=True)
class Tree:
    """One sentence. ``heads`` are indices into the sentence, -1 for its root; ``spaces`` says whether a space follows each
    word. ``opens`` is ``"document"`` or ``"paragraph"`` where the sentence is the first of one, else empty."""

    id: str
    words: tuple[str, ...]
    spaces: tuple[bool, ...]
    pos: tuple[str, ...]
    tags: tuple[str, ...]
    morphs: tuple[str, ...]
    lemmas: tuple[str, ...]
    heads: tuple[int, ...]
    deps: tuple[str, ...]
    opens: str = ""
    #: Entities that the treebank links to an encyclopedia: kind, first word, and the word after the last.
    entities: tuple[tuple[str, int, int], ...] = ()

    def __len__(self) -> int:
        return len(self.words)

    @property
    def genre(self) -> str:
        """``email`` of "email-enronsent...", ``news`` of "GUM_news_..."."""
        parts = self.id.split("_" if self.id.startswith("GUM_") else "-")
        return parts[1] if parts[0] == "GUM" else parts[0]


@dataclass
class _Rows:
    comments: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    #: Multi-word tokens: the number of the last word of each, and whether a space follows.
    parts: dict[int, bool] = field(default_factory=dict)
    inside: set[int] = field(default_factory=set)


def open_text(path: Path) -> IO[str]:
    """A corpus file, gzipped or not."""
    path = path if path.exists() else path.with_name(path.name + ".gz")
    opener = gzip.open if path.suffix == ".gz" else open
    return opener(path, "rt", encoding="utf-8", newline="")


def read_trees(path: Path) -> list[Tree]:
    """All sentences of a CoNLL-U file, in order, without empty nodes, which the text does not contain."""
    trees: list[Tree] = []
    with open_text(path) as file:
        block = _Rows()
        for raw in file:
            line = raw.rstrip("\n")
            if line.startswith("#"):
                block.comments.append(line)
            elif line:
                _add(block, line.split("\t"))
            elif block.rows:
                trees.append(_tree(block))
                block = _Rows()
        if block.rows:
            trees.append(_tree(block))
    return trees


def _add(block: _Rows, columns: list[str]) -> None:
    number = columns[0]
    if "-" in number:
        first, last = (int(part) for part in number.split("-"))
        block.parts[last] = "SpaceAfter=No" not in columns[9]
        block.inside.update(range(first, last + 1))
    elif "." not in number:
        block.rows.append(columns)


def _tree(block: _Rows) -> Tree:
    comments = block.comments
    opens = "document" if any(c.startswith("# newdoc") for c in comments) else ""
    if not opens and any(c.startswith("# newpar") and "newpar_block" not in c for c in comments):
        opens = "paragraph"
    rows = block.rows
    spaces = []
    for row in rows:
        number = int(row[0])
        if number in block.parts:
            spaces.append(block.parts[number])
        else:
            spaces.append(number not in block.inside and "SpaceAfter=No" not in row[9])
    return Tree(
        id=next((c.partition("=")[2].strip() for c in comments if c.startswith("# sent_id")), ""),
        words=tuple(row[1] for row in rows),
        spaces=tuple(spaces),
        pos=tuple(row[3] for row in rows),
        tags=tuple(row[4] for row in rows),
        morphs=tuple(row[5] for row in rows),
        lemmas=tuple(row[2] for row in rows),
        heads=tuple(int(row[6]) - 1 for row in rows),
        deps=tuple(row[7] for row in rows),
        opens=opens,
        entities=tuple(_entities(rows)),
    )


def _entities(rows: list[list[str]]) -> Iterator[tuple[str, int, int]]:
    """GUM's named entities, such as "(1-person-giv:act-cf1-1-coref-Ada_Lovelace"; only named entities have the last field
    (https://wiki.gucorpling.org/gum/entities)."""
    open_entities: dict[str, tuple[str, int, bool]] = {}
    for i, row in enumerate(rows):
        marks = next((part[len("Entity=") :] for part in row[9].split("|") if part.startswith("Entity=")), "")
        for opening, closing in _ENTITY.findall(marks):
            number, _, rest = opening.partition("-")
            if opening:
                kind, *fields = rest.split("-", 6)
                open_entities[number] = (kind.rstrip(")"), i, len(fields) == _FIELDS_OF_NAMED)
            if closing or opening.endswith(")"):
                kind, start, named = open_entities.pop(closing or number, ("", 0, False))
                if named:
                    yield kind, start, i + 1


def paragraphs(trees: Iterable[Tree]) -> Iterator[list[Tree]]:
    """The sentences of each paragraph."""
    group: list[Tree] = []
    for tree in trees:
        if tree.opens and group:
            yield group
            group = []
        group.append(tree)
    if group:
        yield group


def to_doc(vocab: Vocab, trees: Iterable[Tree], *, blank: bool = True) -> Doc:
    """The sentences as one annotated Doc; with ``blank``, there is a space between two sentences."""
    words: list[str] = []
    spaces: list[bool] = []
    columns: dict[str, Any] = {"pos": [], "tags": [], "morphs": [], "lemmas": [], "deps": []}
    heads: list[int] = []
    starts: list[bool | int | None] = []
    for tree in trees:
        base = len(words)
        if blank and spaces:
            spaces[-1] = True
        words += tree.words
        spaces += tree.spaces
        columns["pos"] += tree.pos
        columns["tags"] += tree.tags
        columns["morphs"] += ["" if morph == "_" else morph for morph in tree.morphs]
        columns["lemmas"] += tree.lemmas
        columns["deps"] += ["ROOT" if head == ROOT else dep for head, dep in zip(tree.heads, tree.deps, strict=True)]
        heads += [base + (i if head == ROOT else head) for i, head in enumerate(tree.heads)]
        starts += [i == 0 for i in range(len(tree))]
    return Doc(vocab, words=words, spaces=spaces, heads=heads, sent_starts=starts, **columns)


def written(tree: Tree) -> str:
    """The text of the sentence."""
    return "".join(word + " " * space for word, space in zip(tree.words, tree.spaces, strict=True)).strip()
