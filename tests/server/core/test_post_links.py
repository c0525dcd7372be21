"""Links to the same post are recognised, and different posts are not."""

from __future__ import annotations

import pytest

from server.core.post_links import canonical_post_link

LINKEDIN = "https://www.linkedin.com/feed/update/urn:li:activity:7123456789012345678"
COMMENT = "commentUrn=urn%3Ali%3Acomment%3A%28activity%3A7123456789012345678%2C7199%30%30%30%29"


@pytest.mark.parametrize(
    "address",
    [
        LINKEDIN,
        f"{LINKEDIN}/?utm_source=share&utm_medium=member_desktop&rcm=ACoAAA",
        "http://linkedin.com/feed/update/urn%3Ali%3Aactivity%3A7123456789012345678",
        "https://nl.linkedin.com/posts/mara-lindgren_a-planner-counted-activity-7123456789012345678-aB3d",
        "https://www.linkedin.com/posts/mara-lindgren_a-planner-counted-activity-7123456789012345678-aB3d?trk=public_post",
    ],
)
def test_links_to_one_linkedin_post_are_the_same(address):
    assert canonical_post_link(address) == LINKEDIN


@pytest.mark.parametrize(
    "address",
    [
        "https://x.com/mara/status/1865432109876543210",
        "https://twitter.com/mara/status/1865432109876543210?s=20&t=abc",
        "https://mobile.twitter.com/MARA/statuses/1865432109876543210/photo/1",
        "https://x.com/i/web/status/1865432109876543210#top",
    ],
)
def test_links_to_one_x_post_are_the_same(address):
    assert canonical_post_link(address) == "https://x.com/i/status/1865432109876543210"


def test_a_comment_is_not_its_post():
    comment = canonical_post_link(f"{LINKEDIN}/?{COMMENT}")
    assert comment != LINKEDIN
    assert comment == canonical_post_link(f"{LINKEDIN}?utm_source=share&{COMMENT}")


def test_other_sites_keep_what_identifies_the_page():
    assert canonical_post_link("http://www.Example.com/Post/?id=7&utm_campaign=x#part") == "https://example.com/Post?id=7"
    assert canonical_post_link("https://example.com/Post?id=7") != canonical_post_link("https://example.com/Post?id=8")
    assert canonical_post_link("https://notlinkedin.com/activity-7123456789012345678") == (
        "https://notlinkedin.com/activity-7123456789012345678"
    )


@pytest.mark.parametrize(
    "address", [None, "", "linkedin.com/posts/x", "https://", "http://[::1", "https://a.example/" + "a" * 2000]
)
def test_what_is_no_link_has_no_form(address):
    assert canonical_post_link(address) is None
