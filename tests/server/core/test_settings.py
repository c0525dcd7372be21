"""Settings of single sign-on and of mail: a wrong or missing one is one clear line and exit code 2."""

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

MAIL = {"SMTP_URL": "smtp://mail.example.com", "MAIL_FROM": "repute@example.com"}


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
        ({"SMTP_URL": "smtp://mail.example.com"}, "REPUTE_MAIL_FROM is missing"),
        ({"MAIL_FROM": "repute@example.com"}, "REPUTE_SMTP_URL is missing"),
        (
            {"OIDC_ISSUER": "", "OIDC_CLIENT_ID": "", "OIDC_CLIENT_SECRET": "", "BASE_URL": ""} | MAIL,
            "REPUTE_BASE_URL is missing",
        ),
        (MAIL | {"SMTP_URL": "mail.example.com:25"}, "REPUTE_SMTP_URL is invalid"),
        (MAIL | {"SMTP_URL": "smtp://repute:a secret@mail:port"}, "REPUTE_SMTP_URL is invalid"),
        (MAIL | {"SMTP_URL": "smtp://repute:a%20secret@mail.example.com?starttls=off"}, "REPUTE_SMTP_URL is invalid"),
        (MAIL | {"SMTP_URL": "smtp://mail.example.com?tls=no"}, "REPUTE_SMTP_URL is invalid"),
        (MAIL | {"MAIL_FROM": "Repute <repute@example.com>"}, "REPUTE_MAIL_FROM is invalid"),
        (MAIL | {"MAIL_FROM": "repute@example.com, other@example.com"}, "REPUTE_MAIL_FROM is invalid"),
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


@pytest.mark.parametrize(
    ("url", "host", "port", "encryption", "login"),
    [
        ("smtp://mail.example.com", "mail.example.com", 587, "starttls", ("", "")),
        ("smtps://user%40example.com:p%3Aw%2F@mail.example.com", "mail.example.com", 465, "tls", ("user@example.com", "p:w/")),
        ("smtp://relay:25?starttls=off", "relay", 25, "none", ("", "")),
        ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, "none", ("", "")),
        ("smtp://user:s3same@localhost?starttls=on", "localhost", 587, "starttls", ("user", "s3same")),
    ],
)
def test_address_of_the_mail_server(set_all, url, host, port, encryption, login):
    set_all(COMPLETE | MAIL | {"SMTP_URL": url})
    mail = load_settings().mail
    assert (mail.host, mail.port, mail.encryption) == (host, port, encryption)
    assert (mail.username, mail.password, mail.sender) == (*login, "repute@example.com")
    assert not mail.password or mail.password not in repr(mail) + repr(load_settings())


def test_no_mail_without_settings(set_all):
    set_all({})
    assert load_settings().mail is None
