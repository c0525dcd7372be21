"""Who is meant by the names in a file."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from server.imports.owner_names import file_name, known_names, stored_name, suggest

PEOPLE = [
    SimpleNamespace(id=number, name=name, email=email)
    for number, (name, email) in enumerate(
        [
            ("Ann Ames", "ann.ames@acme.example"),
            ("Ben Birk", "bbirk@acme.example"),
            ("Jürgen Möller", "j.moeller@acme.example"),
            ("Kim Lee", "kim1@acme.example"),
            ("Kim Lee", "kim2@acme.example"),
        ],
        start=1,
    )
]


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Birk, Ben", 2), ("B. Birk", 2), ("ben.birk@other.example", 2), ("Jurgen Moller", 3), ("A Ames", 1), ("J. Möller", 3),
        ("Kim Lee", None), ("Ames", None), ("Bo Birk", None), ("Ann", None), ("77", None), ("A. B.", None), ("", None),
    ],
)  # fmt: skip
def test_a_person_is_suggested_if_only_one_has_such_a_name(name, person):
    assert suggest(name, PEOPLE) == person


def test_names_that_two_people_have_and_people_who_are_gone_are_not_known():
    known = known_names(PEOPLE, {"robot": None, "annie": 1})
    assert known["ann ames"] == known["annie"] == "ann.ames@acme.example"
    assert known["robot"] is None
    assert "kim lee" not in known


def test_an_id_without_letters_is_remembered_for_its_system_only():
    assert file_name("hubspot", stored_name("hubspot", "77")) == "77"
    assert file_name("dialler", stored_name("hubspot", "77")) != "77"
    assert file_name("dialler", stored_name("hubspot", "Ann AMES")) == "ann ames"
