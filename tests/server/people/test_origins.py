"""Only origins that a browser sends, and that are encrypted or on the same machine, can be listed."""

from __future__ import annotations

import pytest

from server.core.problems import Problem
from server.people.origins import MAX_ORIGIN_LENGTH, MAX_ORIGINS, validated_origins


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("https://notes.example.com", "https://notes.example.com"),
        (" https://Notes.Example.com/ ", "https://notes.example.com"),
        ("https://notes.example.com:443", "https://notes.example.com"),
        ("https://notes.example.com:8443", "https://notes.example.com:8443"),
        ("https://xn--mller-kva.example", "https://xn--mller-kva.example"),
        ("http://localhost", "http://localhost"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("app://obsidian.md", "app://obsidian.md"),
        ("capacitor://localhost", "capacitor://localhost"),
    ],
)
def test_origins_are_stored_as_browsers_send_them(line, origin):
    assert validated_origins([line]) == [origin]


def test_origins_are_sorted_once_each_and_empty_lines_are_ignored():
    assert validated_origins(["https://b.example", "", "https://a.example", "https://B.example/ "]) == [
        "https://a.example",
        "https://b.example",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "*", "null", "notes.example.com", "http://notes.example.com", "https://*.example.com", "https://", "https://a.example/path",
        "https://a.example?query", "https://a.example#part", "https://me:pass@a.example", "https://a.example:port",
        "https://a.example:99999", "https://a.example:0", "https://a.example:", "https://a_b.example", "https://müller.example",
        "https://a..example",
        "http://localhost.example.com", "http://localhost@evil.example", "ftp://localhost", "app://other.app",
        "https://a.example https://b.example", "https://a.example\\@evil.example", "javascript://a.example",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_its_line(line):
    with pytest.raises(Problem) as refused:
        validated_origins(["https://good.example", "", line])
    error = refused.value.errors[0]
    assert (refused.value.status, error["field"]) == (422, "editor_origins")
    assert error["message"].endswith("line 3 is not one")


def test_the_number_and_the_length_of_origins_are_limited():
    with pytest.raises(Problem) as refused:
        validated_origins(f"https://{number}.example" for number in range(MAX_ORIGINS + 1))
    assert refused.value.errors[0]["limit"] == MAX_ORIGINS
    with pytest.raises(Problem) as refused:
        validated_origins([f"https://{'a' * MAX_ORIGIN_LENGTH}.example"])
    assert refused.value.errors[0]["limit"] == MAX_ORIGIN_LENGTH
