"""Style packages in the draft: what is imported, what is refused and why, and the editor of their rules."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest
from sqlalchemy import select

from server.archives.model import ArchiveError
from server.audit.models import AuditEntry
from server.core.problems import Problem
from server.tuning import draft, styles
from server.tuning.style_archives import Upload, read_uploads
from tests.factories import make_identity, make_user

pytestmark = pytest.mark.sqlite_only

AVOID = "extends: existence\nmessage: \"Avoid '%s'.\"\ntokens:\n  - synergy\n"


@pytest.fixture
def editor(session):
    yield make_identity(make_user(session, role="admin"))
    session.rollback()


def zipped(files, *, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return [Upload("Acme.zip", file.getvalue())]


def test_a_zip_file_and_a_folder_give_the_same_files():
    files = {"Acme/Avoid.yml": AVOID, "Acme/meta.json": "{}", "README.md": "# Acme", ".vale.ini": "[*]\nBasedOnStyles = Acme\n"}
    hidden = {"__MACOSX/Acme/._Avoid.yml": "x", ".git/config.txt": "x"}
    folder = [Upload(path, text.encode()) for path, text in (files | hidden).items()]
    expected = {"Acme/Avoid.yml": AVOID, ".vale.ini": files[".vale.ini"]}
    assert read_uploads(zipped(files | hidden)) == read_uploads(folder) == expected


def link():
    entry = zipfile.ZipInfo("Acme/Link.yml")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"../Acme/Avoid.yml": AVOID}, "leads out of its folder"),
        ({"/Acme/Avoid.yml": AVOID}, "leads out of its folder"),
        ({"Acme\\..\\..\\Avoid.yml": AVOID}, "leads out of its folder"),
        ({link(): "/etc/passwd"}, "link to another file"),
        ({"Acme/Bomb.yml": "a" * 900_000}, "100 times its packed size"),
        ({f"Acme/{number}.txt": str(number) for number in range(2_001)}, "more than 2,000 files"),
        ({f"Acme/Rule{number}.yml": AVOID for number in range(501)}, "more than 500 files"),
        ({"readme.md": "nothing"}, "no rules"),
        ({"Acme/Avoid.yml": b"\xff\xfe"}, "not in UTF-8"),
        ({f"{'deep/' * 50}Avoid.yml": AVOID}, "longer than 200 characters"),
    ],
)
def test_hostile_zip_files_are_refused_with_what_to_do(files, reason):
    with pytest.raises(ArchiveError, match=reason):
        read_uploads(zipped(files))


def test_damaged_and_oversized_files_are_refused():
    (whole,) = zipped({"Acme/Avoid.yml": AVOID})
    for content, reason in ((whole.content[:-30], "damaged"), (b"PK\x03\x04" + b"x" * 5_000_001, "larger than 5 MB")):
        with pytest.raises(ArchiveError, match=reason):
            read_uploads([Upload("Acme.zip", content)])
    with pytest.raises(ArchiveError, match="Choose a ZIP file"):
        read_uploads([])
    with pytest.raises(ArchiveError, match="leads out"):
        read_uploads([Upload("Acme//Avoid.yml", AVOID.encode())])


def test_an_imported_package_is_in_the_draft_and_each_step_in_the_audit_log(session, editor):
    files = {"Acme/Avoid.yml": AVOID, "Acme/Script.yml": "extends: script\nmessage: x\n"}
    package = styles.import_package(session, editor=editor, name="Acme", files=files)
    assert (package.rules, package.on, [problem.file for problem in package.problems]) == (
        ("Acme.Avoid",),
        1,
        ["Acme/Script.yml"],
    )
    assert draft.draft_scoring(session).is_on("Acme.Avoid")
    styles.save_file(session, editor=editor, name="Acme", path="Acme/Avoid.yml", text=AVOID.replace("synergy", "leverage"))
    styles.delete_package(session, editor=editor, name="Acme")
    assert not draft.is_changed(session)
    rows = session.scalars(select(AuditEntry).where(AuditEntry.object_type == "style-package").order_by(AuditEntry.id)).all()
    assert [(row.action, row.object_id, row.changes) for row in rows] == [
        ("style.imported", "Acme", {"rules_usable": [None, 1], "problems": [None, 1]}),
        ("style.file-changed", "Acme", {"file": [None, "Acme/Avoid.yml"]}),
        ("style.deleted", "Acme", None),
    ]


def test_a_package_without_a_usable_rule_is_refused_with_the_reasons(session, editor):
    with pytest.raises(Problem) as refused:
        styles.import_package(session, editor=editor, name="Acme", files={"Acme/Script.yml": "extends: script\nmessage: x\n"})
    assert "Acme/Script.yml, line 1, column 1: extends: script rules are not supported" in refused.value.errors[0]["message"]
    assert styles.list_packages(session) == ()


def test_two_packages_never_share_a_style(session, editor):
    styles.import_package(session, editor=editor, name="First", files={"Acme/Avoid.yml": AVOID})
    with pytest.raises(Problem) as refused:
        styles.import_package(session, editor=editor, name="Second", files={"Acme/Other.yml": AVOID})
    assert "the package First has too" in refused.value.errors[0]["message"]


@pytest.mark.parametrize(
    ("path", "text", "field", "says"),
    [
        ("Acme/Avoid.yml", "extends: existence\nmessage: x\ntokens:\n  - '(['\n", "text", "line 3, column 1"),
        ("Acme/Avoid.yml", "extends: existence\nmessage: [\n", "text", "line 3, column 1"),
        ("Acme/Avoid.yml", "extends: nothing\nmessage: x\n", "text", "line 1, column 1"),
        ("Acme/../Avoid.yml", AVOID, "path", "folder"),
        ("Other/Avoid.yml", AVOID, "path", "folder"),
        ("Acme/run.sh", AVOID, "path", "name such as"),
        ("Acme/Avoid.yml", f"# {'x' * 1_000_001}", "text", "1,000,000 bytes"),
    ],
)
def test_the_editor_refuses_with_the_position_and_keeps_the_file(session, editor, path, text, field, says):
    styles.import_package(session, editor=editor, name="Acme", files={"Acme/Avoid.yml": AVOID})
    with pytest.raises(Problem) as refused:
        styles.save_file(session, editor=editor, name="Acme", path=path, text=text)
    assert refused.value.errors[0]["field"] == field
    assert says in refused.value.errors[0]["message"]
    assert styles.get_file(session, name="Acme", path="Acme/Avoid.yml") == AVOID


def test_a_new_rule_joins_its_package(session, editor):
    styles.import_package(session, editor=editor, name="Acme", files={"Acme/Avoid.yml": AVOID})
    styles.save_file(session, editor=editor, name="Acme", path="Acme/Circle.yml", text=AVOID.replace("synergy", "circle back"))
    assert styles.get_package(session, name="Acme").rules == ("Acme.Avoid", "Acme.Circle")
