"""Every row id and every Markdown document that the project cites exists.

Row ids (``L5``, ``C16``, ``T60``) are defined in the tables of ``nlp/rules/EVIDENCE.md`` and ``server/TRUST.md``. They count as
cited in the data fields of rules and limits, in string literals that are nothing but an id, and in comments and docstrings.
Other text is not searched, so path data, model names and word lists raise no false alarms."""

from __future__ import annotations

import ast
import io
import os
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
REGISTERS = ("nlp/rules/EVIDENCE.md", "server/TRUST.md")
#: Written by a build or at run time.
GENERATED_FOLDERS = {"var", "dist", "built"}
SKIPPED_FOLDERS = GENERATED_FOLDERS | {".git", ".venv", "node_modules", "__pycache__"}
SOURCES = (".py", ".ts", ".tsx", ".css", ".mjs", ".js", ".html", ".yml", ".yaml", ".json", ".toml", ".cfg", ".md")

ID = r"(?:T\d{1,3}|[LPXWCISR]\d{1,2})"
#: Percentiles and names of other things that look like an id.
NOT_ROWS = {"P50", "P90", "P95", "P99", "X11"}
#: The first cell of a table row. A table of a register holds rows, so this is a definition.
DEFINITION = re.compile(rf"^\| ({ID}) \|", re.MULTILINE)
WORD = re.compile(rf"(?<![\w./#&+-])({ID})(?![\w./+-]*\w)")
#: ``C1 to C5`` cites what lies between, too.
RANGE = re.compile(rf"\b({ID}) to ({ID})\b")
#: A name such as ``TRUST.md`` or ``nlp/rules/README.md``, not part of a web address.
DOCUMENT = re.compile(r"(?<![\w:/.*<{-])((?:\.{1,2}/)*[\w-][\w./-]*\.md)\b")
#: In a string that is neither comment nor docstring only a name in capitals is a document; others are samples and paths.
DOCUMENT_NAME = re.compile(r"(?:^|/)[A-Z]+\.md$")
#: What follows ``noqa`` names rules of the linter.
LINT_CODES = re.compile(r"noqa:[A-Z0-9, ]*")
_HASH = re.compile(r"(?:^|(?<=\s))#.*", re.MULTILINE)
_SLASHES = re.compile(r"(?s:/\*.*?\*/)|(?<![:\"'`/\w])//.*")
COMMENTS = {
    **dict.fromkeys((".yml", ".yaml", ".toml", ".cfg"), _HASH),
    **dict.fromkeys((".ts", ".tsx", ".mjs", ".js"), _SLASHES),
    ".html": re.compile(r"(?s)\{#.*?#\}|<!--.*?-->"),
    ".css": re.compile(r"(?s)/\*.*?\*/"),
}
LINK = re.compile(r"\]\(([^)\s]+)\)")


def files(root: Path = ROOT, *suffixes: str) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - SKIPPED_FOLDERS)
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(suffixes))


def commentary(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Line number and text of every comment and docstring; all of a Markdown file."""
    if path.suffix == ".md":
        yield 1, text
    elif path.suffix == ".py":
        yield from _docstrings(text)
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], LINT_CODES.sub("", token.string)
    elif path.suffix in COMMENTS:
        for match in COMMENTS[path.suffix].finditer(text):
            yield text.count("\n", 0, match.start()) + 1, match.group()


def _docstrings(text: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
                yield first.lineno, first.value.value


def literals(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Line number and value of every string literal in Python, docstrings included."""
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.lineno, node.value


def fields(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Ids in the data of rules and limits: ``evidence: {source: W1}`` and ``rule: L1``."""
    if path.suffix in {".yml", ".yaml", ".json"} and {"rules", "surfaces"} & set(path.parts):
        for value in _cited_values(yaml.safe_load(text)):
            yield 1, value


def _cited_values(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        evidence = data.get("evidence")
        cited = [evidence.get("source") if isinstance(evidence, dict) else None, data.get("rule")]
        yield from (value for value in cited if isinstance(value, str) and not value.startswith("http"))
        for value in data.values():
            yield from _cited_values(value)
    elif isinstance(data, list):
        for value in data:
            yield from _cited_values(value)


def cited_ids(path: Path, text: str) -> Iterator[tuple[int, str]]:
    for line, comment in commentary(path, text):
        for match in WORD.finditer(comment):
            yield line + comment.count("\n", 0, match.start()), match.group(1)
        for first, last in RANGE.findall(comment):
            if first[0] == last[0]:
                yield from ((line, f"{first[0]}{number}") for number in range(int(first[1:]), int(last[1:])))
    yield from ((line, value) for line, value in literals(path, text) if re.fullmatch(ID, value))
    yield from fields(path, text)


def cited_documents(path: Path, text: str) -> Iterator[tuple[int, str]]:
    for line, comment in commentary(path, text):
        for match in DOCUMENT.finditer(comment):
            yield line + comment.count("\n", 0, match.start()), match.group(1)
    docstrings = {value for _, value in _docstrings(text)} if path.suffix == ".py" else set()
    for line, value in literals(path, text):
        if value not in docstrings:
            yield from ((line, name) for name in DOCUMENT.findall(value) if DOCUMENT_NAME.search(name))


def exists(document: str, *, cited_in: Path, root: Path, known: set[str]) -> bool:
    """Beside the file that cites it, from the root, or by the end of its path (``EVIDENCE.md``, ``rules/README.md``)."""
    if document.split("/", 1)[0] in GENERATED_FOLDERS:
        return True  # such as var/behaviour.md
    if (cited_in.parent / document).exists() or (root / document).exists():
        return True
    return any(f"/{name}".endswith(f"/{document}") for name in known)


def defined_ids(root: Path = ROOT) -> list[str]:
    return [row for register in REGISTERS for row in DEFINITION.findall((root / register).read_text(encoding="utf-8"))]


def unknown_ids(root: Path = ROOT) -> list[str]:
    known = set(defined_ids(root))
    places = [*REGISTERS, "server/README.md", "nlp/rules/README.md"]
    sources = [
        path for part in ("nlp", "server", "extension/src") for path in files(root / part, *SOURCES) if path.suffix != ".md"
    ]
    sources += [root / place for place in places if (root / place).exists()]
    return [
        f"{path.relative_to(root)}:{line}: {row}"
        for path in sources
        for line, row in cited_ids(path, path.read_text(encoding="utf-8"))
        if row not in known | NOT_ROWS
    ]


def missing_documents(root: Path = ROOT) -> list[str]:
    known = {path.relative_to(root).as_posix() for path in files(root, ".md")}
    return [
        f"{path.relative_to(root)}:{line}: {document}"
        for path in files(root, *SOURCES)
        if path != Path(__file__)  # its samples name documents that do not exist
        for line, document in cited_documents(path, path.read_text(encoding="utf-8"))
        if not exists(document, cited_in=path, root=root, known=known)
    ]


def dead_links(root: Path = ROOT) -> list[str]:
    """Links of Markdown files that name a file which is not there."""
    return [
        f"{path.relative_to(root)}: {target}"
        for path in files(root, ".md")
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:|#", target) and not (path.parent / target.split("#")[0]).exists()
    ]


def test_row_ids_are_defined_once():
    rows = defined_ids()
    assert len(rows) > 100
    assert sorted(rows) == sorted(set(rows))


def test_every_cited_row_exists():
    assert unknown_ids() == []


def test_every_cited_document_exists():
    assert missing_documents() == []


def test_every_link_between_documents_leads_to_a_file():
    assert dead_links() == []


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.py", '"""Short words (W2, L99)."""\n', ["W2", "L99"]),
        ("a.py", "X = 1  # as in TRUST.md T60\n", ["T60"]),
        ("a.py", 'Violation("I77", "text I78")\n', ["I77"]),
        ("a.py", '"""The formula (TRUST.md C1 to C3)."""\n', ["C1", "C3", "C1", "C2"]),
        ("a.py", "assert x  # noqa: S101, T201 (see T60)\n", ["T60"]),
        ("a.py", '"""1 (A1) to 6, F1, H1, Q3, W3C, S256, S3-bucket, https://a.example/L99/P98, T60s."""\n', []),
        ("rules/a.yml", "repute:\n  evidence: {grade: A, source: W77}\n", ["W77"]),
        ("rules/a.yml", "repute:\n  on_x:\n    evidence: {grade: A, source: X77}\n", ["X77"]),
        ("rules/a.yml", 'repute:\n  evidence: {grade: A, source: "https://a.example/L99"}\n', []),
        ("surfaces/a.yml", "folds:\n- {where: phone, rule: L77}\n", ["L77"]),
        ("a.html", '<path d="M3 3 L11 11 C99 1"/>{# C98 #}', ["C98"]),
        ("a.ts", 'const d = "L99 1"; const u = "https://a/L97"; // see C98\n', ["C98"]),
        ("a.tsx", "/** A bar (S98).\n */\n", ["S98"]),
    ],
)
def test_ids_are_found_where_they_are_cited_and_nowhere_else(name, text, expected):
    assert [row for _, row in cited_ids(Path(name), text)] == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.py", '"""As design.md says; see nlp/rules/NONE.md."""\n', ["design.md", "nlp/rules/NONE.md"]),
        ("a.py", 'NAME = "sample.md"\nTEXT = "see MISSING.md"\n', ["MISSING.md"]),
        ("a.py", "# https://docs.example/counting.md is the source\n", []),
        ("a.md", "[there](../other/GUIDE.md) and `x.md`", ["../other/GUIDE.md", "x.md"]),
        ("a.yml", "# row of evidence.md\nsource: https://a.example/b.md\n", ["evidence.md"]),
        ("a.ts", "// look.md, section 2\n", ["look.md"]),
    ],
)
def test_documents_are_found_where_they_are_cited_and_nowhere_else(name, text, expected):
    assert [document for _, document in cited_documents(Path(name), text)] == expected


def test_a_removed_row_a_wrong_document_and_a_dead_link_are_reported(tmp_path):
    for register, row in zip(REGISTERS, ("| W1 | claim |", "| C1 | rule |"), strict=True):
        (tmp_path / register).parent.mkdir(parents=True)
        (tmp_path / register).write_text(row, encoding="utf-8")
    code = tmp_path / "server/formula.py"
    code.write_text('"""The formula (TRUST.md C1), plain words (EVIDENCE.md W1)."""\n', encoding="utf-8")
    assert (unknown_ids(tmp_path), missing_documents(tmp_path), dead_links(tmp_path)) == ([], [], [])

    (tmp_path / REGISTERS[1]).write_text("| C2 | rule |", encoding="utf-8")
    assert unknown_ids(tmp_path) == ["server/formula.py:1: C1"]

    code.write_text('"""The formula (product.md)."""\n', encoding="utf-8")
    (tmp_path / "README.md").write_text("[server](server/NONE.md)", encoding="utf-8")
    assert missing_documents(tmp_path) == ["README.md:1: server/NONE.md", "server/formula.py:1: product.md"]
    assert dead_links(tmp_path) == ["README.md: server/NONE.md"]
