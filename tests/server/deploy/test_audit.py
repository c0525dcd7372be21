"""`make audit` never reports success for packages that it could not check."""

import json

import pytest

from server.deploy import audit

PACKAGE = {"name": "flask", "version": "3.1.3", "vulns": []}
HOLE = PACKAGE | {"vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.4"], "aliases": [], "description": ""}]}
SKIPPED = {"name": "flask", "skip_reason": "Dependency not found on PyPI and could not be audited: flask (3.1.3)"}
NPM_CLEAN = json.dumps({"vulnerabilities": {}})
NPM_HOLE = json.dumps({"vulnerabilities": {"quill": {"severity": "moderate"}}})
NPM_AWAY = json.dumps({"message": "405 Method Not Allowed", "error": {"summary": ""}})


def report(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize(
    ("python", "npm", "code"),
    [
        (report(PACKAGE), NPM_CLEAN, 0),
        (report(HOLE), NPM_CLEAN, 1),
        (report(PACKAGE), NPM_HOLE, 1),
        (report(PACKAGE, SKIPPED), NPM_CLEAN, 3),
        (report(), NPM_CLEAN, 3),
        ("", NPM_CLEAN, 3),
        (report(PACKAGE), NPM_AWAY, 3),
        (report(PACKAGE), "", 3),
        (report(HOLE), NPM_AWAY, 1),
        (report(SKIPPED, HOLE), NPM_CLEAN, 1),
    ],
)
def test_the_exit_code_tells_clean_from_vulnerable_from_not_checked(monkeypatch, capsys, python, npm, code):
    outcomes = audit.audit(lambda command: npm if command[0] == "npm" else python)
    monkeypatch.setattr(audit, "audit", lambda: outcomes)
    assert audit.main() == code
    assert len(capsys.readouterr().out.splitlines()) == len(list(audit.ROOT.glob("requirements*.txt"))) + 1


def test_a_tool_that_cannot_be_started_is_not_a_clean_result():
    assert audit.run(("no-such-tool",)) == ""
