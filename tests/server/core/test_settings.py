"""Settings of single sign-on: a wrong or missing one is one clear line and exit code 2."""

from __future__ import annotations

import pytest

from server import cli
from server.core.settings import load_settings

COMPLETE = {
    "BASE_URL": "https://repute.example.com",
    "OIDC_ISSUER": "https://login.example.com",
    "OIDC_CLIENT_ID": "repute",
    "OIDC_CLIENT_SECRET": "a secret that must not be printed",
}


@pytest.fixture
def set_all(monkeypatch, tmp_path):
    monkeypatch.setenv("REPUTE_DATA", str(tmp_path))

    def set_variables(values):
        for name, value in values.items():
            monkeypatch.setenv(f"REPUTE_{name}", value)

    return set_variables


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"OIDC_CLIENT_ID": ""}, "REPUTE_OIDC_CLIENT_ID is missing"),
        ({"OIDC_CLIENT_SECRET": ""}, "REPUTE_OIDC_CLIENT_SECRET is missing"),
        ({"BASE_URL": ""}, "REPUTE_BASE_URL is missing"),
        ({"OIDC_ISSUER": ""}, "REPUTE_OIDC_ISSUER is missing"),
        ({"OIDC_ISSUER": "login.example.com"}, "REPUTE_OIDC_ISSUER is invalid"),
        ({"OIDC_ISSUER": "http://login.example.com"}, "REPUTE_OIDC_ISSUER is invalid"),
        ({"OIDC_ISSUER": "https://login.example.com?tenant=1"}, "REPUTE_OIDC_ISSUER is invalid"),
        ({"OIDC_ISSUER": "https://user:word@login.example.com"}, "REPUTE_OIDC_ISSUER is invalid"),
        ({"OIDC_ISSUER": "https://["}, "REPUTE_OIDC_ISSUER is invalid"),
        ({"OIDC_SCOPES": "email profile"}, "REPUTE_OIDC_SCOPES is invalid"),
        ({"DISABLE_PASSWORD_SIGN_IN": "perhaps"}, "REPUTE_DISABLE_PASSWORD_SIGN_IN is invalid"),
    ],
)
def test_wrong_or_missing_setting_is_one_line_and_exit_code_2(set_all, capsys, change, line):
    set_all(COMPLETE | change)
    with pytest.raises(SystemExit) as exit_:
        cli.main(["user", "link", "nobody@example.com"])
    printed = capsys.readouterr().err
    assert exit_.value.code == 2
    assert printed.startswith(line)
    assert printed.count("\n") == 1
    assert "a secret" not in printed


@pytest.mark.parametrize(
    "name", ["OIDC_ADMIN_GROUPS", "OIDC_MANAGER_GROUPS", "OIDC_ALLOWED_GROUPS", "DISABLE_PASSWORD_SIGN_IN"]
)
def test_setting_that_has_no_effect_without_an_issuer_is_refused(set_all, capsys, name):
    set_all({name: "1"})
    with pytest.raises(SystemExit) as exit_:
        cli.main(["db", "check"])
    assert exit_.value.code == 2
    assert f"REPUTE_{name}" in capsys.readouterr().err


def test_groups_are_separated_by_commas(set_all):
    set_all(COMPLETE | {"OIDC_ADMIN_GROUPS": "Repute admins, ops ,", "OIDC_ISSUER": "http://127.0.0.1:8080/realm"})
    oidc = load_settings().oidc
    assert oidc.admin_groups == {"Repute admins", "ops"}
    assert oidc.allowed_groups == frozenset()
    assert "a secret" not in repr(oidc) + repr(load_settings())
