"""Other sites on which the extension may coach: which addresses are accepted, and how many."""

from __future__ import annotations

import pytest

from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.people import sites
from server.people.queries import get_organisation

OWN = "https://repute.example.com"


def add(session, origin, place="other-post"):
    return sites.add_site(session, origin=origin, place=place, own_origin=OWN)


@pytest.fixture
def session(engine):
    with unit_of_work(engine) as session:
        get_organisation(session).coached_sites = []
        yield session


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://community.example.com", "https://community.example.com"),
        ("  HTTPS://Blog.Example.com/ ", "https://blog.example.com"),
        ("https://blog.example.com:443", "https://blog.example.com"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://notx.com", "https://notx.com"),
    ],
)
def test_an_https_origin_is_listed_as_browsers_write_it(session, typed, stored):
    assert add(session, typed) == {"origin": stored, "place": "other-post"}
    assert get_organisation(session).coached_sites == [{"origin": stored, "place": "other-post"}]


@pytest.mark.parametrize(
    "typed",
    [
        "", "community.example.com", "http://community.example.com", "https://", "https://localhost", "https://*.example.com",
        "https://*/", "https://blog.example.com/posts", "https://blog.example.com?draft=1", "https://blog.example.com#top",
        "https://blog.example.com:8443", "https://blog.example.com:0", "https://blog.example.com:99999",
        "https://user@blog.example.com", "https://blog..example.com", "https://-blog.example.com", "https://bl og.example.com",
        "https://[::1]", "https://[", "javascript://blog.example.com", "https://blog.example.com\nhttps://b.example.com",
        "https://bücher.example", f"https://{'a' * 250}.example.com", "https://www.linkedin.com", "https://linkedin.com",
        "https://x.com", "https://mobile.twitter.com", OWN,
    ],
)  # fmt: skip
def test_anything_else_is_refused_at_its_field(session, typed):
    with pytest.raises(Problem) as refused:
        add(session, typed)
    (error,) = refused.value.errors
    assert (refused.value.status, error["field"]) == (422, "origin")
    assert get_organisation(session).coached_sites == []


def test_an_unknown_kind_of_text_is_refused(session):
    with pytest.raises(Problem) as refused:
        add(session, "https://blog.example.com", "x-post")
    assert refused.value.errors[0]["field"] == "place"


def test_adding_a_listed_site_changes_what_is_written_there(session):
    add(session, "https://b.example.com")
    add(session, "https://a.example.com")
    add(session, "https://b.example.com", "long-form")
    assert get_organisation(session).coached_sites == [
        {"origin": "https://a.example.com", "place": "other-post"},
        {"origin": "https://b.example.com", "place": "long-form"},
    ]
    sites.remove_site(session, origin="https://a.example.com")
    sites.remove_site(session, origin="https://never-listed.example.com")
    assert [site["origin"] for site in get_organisation(session).coached_sites] == ["https://b.example.com"]


def test_the_number_of_sites_is_limited(session):
    for number in range(sites.MAX_SITES):
        add(session, f"https://s{number}.example.com")
    add(session, "https://s1.example.com", "long-form")
    with pytest.raises(Problem) as refused:
        add(session, "https://one-more.example.com")
    assert refused.value.errors[0]["limit"] == sites.MAX_SITES
