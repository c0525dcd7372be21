"""In which week an item counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from server.activities.dates import COUNTS_NOW, COUNTS_WHEN_MADE, Dated, date_item

AT = datetime(2026, 12, 9, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def linkedin(moment):
    return f"https://www.linkedin.com/feed/update/urn:li:activity:{int(moment.timestamp() * 1000) << 22}"


def dated(occurred_at, *, url=None, is_proven=False, kind="linkedin-post"):
    return date_item(kind, occurred_at, url=url, is_proven=is_proven, at=AT)


def test_recent_item_needs_no_address():
    assert dated(AT - 3 * DAY) == Dated(AT - 3 * DAY)


@pytest.mark.parametrize("url", [None, "https://example.com/post"])
def test_older_item_whose_date_nothing_confirms_counts_now(url):
    assert dated(AT - 3.1 * DAY, url=url) == Dated(AT, COUNTS_NOW)


def test_older_item_keeps_the_date_that_its_address_or_archive_confirms():
    week_ago = AT - 7 * DAY
    assert dated(week_ago, url=linkedin(week_ago)) == dated(week_ago, is_proven=True) == Dated(week_ago)


def test_item_cannot_be_older_than_its_address():
    assert dated(AT - 7 * DAY, url=linkedin(AT - 2 * DAY)) == Dated(AT - 2 * DAY, COUNTS_WHEN_MADE)


def test_scheduled_post_counts_when_it_was_published_and_an_old_one_when_it_was_made():
    assert dated(AT, url=linkedin(AT - 90 * DAY)) == Dated(AT)
    assert dated(AT, url=linkedin(AT - 300 * DAY)) == Dated(AT - 300 * DAY, COUNTS_WHEN_MADE)


def test_address_of_the_post_does_not_date_a_comment():
    post = linkedin(AT - 20 * DAY)
    assert dated(AT - DAY, url=post, kind="linkedin-comment") == Dated(AT - DAY)
    assert dated(AT - 9 * DAY, url=post, kind="linkedin-comment") == Dated(AT, COUNTS_NOW)


def test_clock_that_is_ahead_counts_as_now():
    assert dated(AT + DAY) == Dated(AT)
