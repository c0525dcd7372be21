"""Vale style packages in the draft: imported as they are, edited file by file, deleted. Their rules are switched like others,
and what cannot be used is named and left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from nlp import Scoring
from nlp.quality.document import MAX_PACKAGES
from nlp.rules.packages import MAX_PACKAGE_BYTES, PackageProblem, read_package, style_names
from nlp.rules.source import MAX_BYTES
from server.audit import operations as audit
from server.core.characters import is_storable
from server.core.clock import now
from server.core.identity import Identity
from server.core.problems import field_problem, not_found
from server.tuning import queries
from server.tuning.draft import draft_scoring
from server.tuning.models import DraftPackage

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,49}")
#: Of a rule that somebody writes here.
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}\.yml")


@dataclass(frozen=True, slots=True)
class PackageState:
    """A package in the draft: the ids of its usable rules, how many of them are on, its files, and what cannot be used."""

    name: str
    imported_at: datetime
    rules: tuple[str, ...]
    on: int
    paths: tuple[str, ...]
    problems: tuple[PackageProblem, ...]


def list_packages(session: Session) -> tuple[PackageState, ...]:
    """By name."""
    scoring = draft_scoring(session)
    return tuple(_state(package, scoring) for package in queries.all_packages(session))


def get_package(session: Session, *, name: str) -> PackageState:
    """404 if the draft has no such package."""
    return _state(_find(session, name), draft_scoring(session))


def get_file(session: Session, *, name: str, path: str) -> str:
    """The text of a file. 404 if there is none."""
    files = _find(session, name).files
    if path not in files:
        raise not_found()
    return files[path]


def import_package(session: Session, *, editor: Identity, name: str, files: Mapping[str, str]) -> PackageState:
    """Adds a package, or replaces the one of that name. 422 with the field that is wrong; ``file`` also if no rule of it can be
    used, with the first reasons."""
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise field_problem("name", "must have 1 to 50 letters, digits, blanks, dots, hyphens or underscores", limit=50)
    package = read_package(name, files)
    if not package.rules:
        reasons = "; ".join(describe(problem) for problem in package.problems[:3])
        raise field_problem("file", f"has no rule that can be used: {reasons}")
    others = [other for other in queries.all_packages(session) if other.name != name]
    if len(others) >= MAX_PACKAGES:
        raise field_problem("name", f"cannot be added: there are {MAX_PACKAGES} packages already", limit=MAX_PACKAGES)
    for other in others:
        if shared := (style_names(files) - {""}) & style_names(other.files):
            raise field_problem(
                "file", f"has the style {min(shared)}, which the package {other.name} has too: delete that one first"
            )
    row = session.get(DraftPackage, name, with_for_update=True)
    before = None if row is None else _count(read_package(name, row.files).rules)
    if row is None:
        row = DraftPackage(name=name)
        session.add(row)
    row.files, row.imported_at = dict(files), now()
    session.flush()
    audit.record(
        session,
        action="style.imported",
        object_type="style-package",
        object_id=name,
        actor=editor,
        changes={"rules_usable": (before, _count(package.rules)), "problems": (None, len(package.problems))},
    )
    return get_package(session, name=name)


def delete_package(session: Session, *, editor: Identity, name: str) -> None:
    """404 if the draft has no such package."""
    session.delete(_find(session, name))
    session.flush()
    audit.record(session, action="style.deleted", object_type="style-package", object_id=name, actor=editor)


def check_file(session: Session, *, name: str, path: str, text: str) -> tuple[PackageProblem, ...]:
    """What could not be used of a file if it had this text."""
    package = read_package(name, {**_find(session, name).files, path: text})
    return tuple(problem for problem in package.problems if problem.file == path)


def save_file(session: Session, *, editor: Identity, name: str, path: str, text: str) -> None:
    """Changes a file of a package, or adds a rule to it. 404 if there is no such package; 422 with ``path`` or ``text``, the
    latter with line and column, if it cannot be used."""
    package = _find(session, name)
    text = text.replace("\r\n", "\n")
    if path not in package.files and not _FILE_NAME.fullmatch(path.rpartition("/")[2]):
        raise field_problem("path", "must be a name such as Hype.yml: letters, digits, hyphens and underscores")
    if path not in package.files and path.rpartition("/")[0] not in {known.rpartition("/")[0] for known in package.files}:
        raise field_problem("path", "must lie in a folder that the package has")
    if not is_storable(text):
        raise field_problem("text", "must not have NUL characters")
    if len(text.encode()) > MAX_BYTES:
        raise field_problem("text", f"must have at most {MAX_BYTES:,} bytes", limit=MAX_BYTES)
    if sum(len(other.encode()) for other in package.files.values()) + len(text.encode()) > MAX_PACKAGE_BYTES:
        raise field_problem("text", f"makes the package larger than {MAX_PACKAGE_BYTES:,} bytes", limit=MAX_PACKAGE_BYTES)
    if problems := check_file(session, name=name, path=path, text=text):
        first = problems[0]
        raise field_problem("text", f"cannot be used: line {first.line}, column {first.column}: {first.message}")
    if package.files.get(path) == text:
        return
    package.files = {**package.files, path: text}
    session.flush()
    audit.record(
        session,
        action="style.file-changed",
        object_type="style-package",
        object_id=name,
        actor=editor,
        changes={"file": (None, path)},
    )


def describe(problem: PackageProblem) -> str:
    """In one line."""
    return (
        f"{problem.file}, line {problem.line}, column {problem.column}: {problem.message}" if problem.file else problem.message
    )


def _find(session: Session, name: str) -> DraftPackage:
    row = session.get(DraftPackage, name)
    if row is None:
        raise not_found()
    return row


def _count(rules: tuple[object, ...]) -> int:
    return len(rules)


def _state(package: DraftPackage, scoring: Scoring) -> PackageState:
    rules = scoring.organisation.ids.get(package.name, ())
    return PackageState(
        package.name,
        package.imported_at,
        rules,
        sum(scoring.is_on(rule) for rule in rules),
        tuple(sorted(package.files)),
        tuple(scoring.organisation.problems.get(package.name, ())),
    )
