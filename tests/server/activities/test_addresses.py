"""Which post an address names, and when it was made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.activities.addresses import read_address

AT = datetime(2026, 12, 9, 12, tzinfo=UTC)
MADE = datetime(2026, 12, 8, 9, 30, tzinfo=UTC)
ID = int(MADE.timestamp() * 1000) << 22 | 5
X_ID = int(MADE.timestamp() * 1000) - 1_288_834_974_657 << 22 | 5


def read(url, kind="linkedin-post"):
    return read_address(url, kind=kind, at=AT)


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.linkedin.com/feed/update/urn:li:activity:{ID}",
        f"http://linkedin.com/feed/update/urn:li:activity:{ID}/",
        f"https://de.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A{ID}?utm_source=share&rcm=A#top",
        f"https://www.LinkedIn.com/posts/robin-vale_pumps-are-hard-activity-{ID}-x2Yz?trk=public",
        f"https://www.linkedin.com/posts/robin-vale_pumps-ugcPost-{ID}-x2Yz",
    ],
)
def test_linkedin_addresses_of_one_post_are_the_same_item(url):
    address = read(url)
    assert (address.item, address.post) == (f"linkedin:{ID}", None)
    assert abs(address.made_at - MADE) < timedelta(seconds=1)


@pytest.mark.parametrize(
    "url",
    [
        f"https://x.com/robin/status/{X_ID}",
        f"https://mobile.twitter.com/i/web/status/{X_ID}?s=20&t=abc",
        f"https://twitter.com/other/status/{X_ID}/photo/1",
    ],
)
def test_x_addresses_of_one_post_are_the_same_item(url):
    address = read(url, "x-post")
    assert address.item == f"x:{X_ID}"
    assert abs(address.made_at - MADE) < timedelta(seconds=1)


def test_comments_address_names_the_comment_and_its_post():
    post = f"https://www.linkedin.com/feed/update/urn:li:activity:{ID}"
    url = f"{post}?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A{ID}%2C{ID + 9}%29"
    for form in (url, f"{url}&dashCommentUrn=urn%3Ali%3Afsd_comment%3A%28{ID + 9}%2Curn%3Ali%3Aactivity%3A{ID}%29"):
        assert read(form, "linkedin-comment").item == f"linkedin:{ID}:{ID + 9}"
        assert read(form, "linkedin-comment").post == f"linkedin:{ID}"
    only_post = read(post, "linkedin-comment")
    assert (only_post.item, only_post.post) == (None, f"linkedin:{ID}")


def test_other_addresses_are_the_same_without_tracking_and_host_of_phones():
    plain = read("https://blog.example.com/pumps?page=2")
    assert plain == read("https://m.blog.example.com/pumps/?utm_campaign=x&page=2#comments")
    assert plain.item != read("https://blog.example.com/pumps?page=3").item
    assert plain.made_at is None


@pytest.mark.parametrize("number", [705_112, 10**19 - 1, int((AT + timedelta(days=3)).timestamp() * 1000) << 22])
def test_id_that_is_no_possible_moment_says_nothing(number):
    assert read(f"https://www.linkedin.com/feed/update/urn:li:activity:{number}").made_at is None


@given(
    st.text(max_size=60), st.sampled_from(["https://www.linkedin.com/", "https://x.com/", "https://example.com/", "https://["])
)
def test_any_address_is_read(path, start):
    assert len(read(start + path).item or "") <= 100
