"""X's archive: which posts are read, and how their texts become readable."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.archives.model import ArchiveError
from tests.server.archives.archive_files import read, script, tweet


def read_tweets(*tweets, **files):
    return read({"data/tweets.js": script(list(tweets)), **files})


def test_post_with_entities_and_links():
    contents = read_tweets(
        tweet(
            "Margins &gt; growth &amp; here is why: https://t.co/abc https://t.co/pic",
            entities={
                "urls": [{"url": "https://t.co/abc", "expanded_url": "https://example.com/why"}],
                "media": [{"url": "https://t.co/pic", "expanded_url": "https://x.com/a/status/1/photo/1"}],
            },
        )
    )
    (item,) = contents.items
    assert item.text == "Margins > growth & here is why: https://example.com/why"
    assert (item.kind, item.key, item.url) == ("x-post", "x:1001", "https://x.com/i/web/status/1001")
    assert item.published_at == datetime(2026, 3, 2, 8, 15, tzinfo=UTC)


def test_reposts_are_not_the_members_words():
    contents = read_tweets(
        tweet("RT @somebody: I said this", number=1),
        tweet("Cut off words of somebody…", number=2, retweeted_status={"id_str": "9"}),
        tweet("RT if you agree is no repost", number=3),
        tweet("Quoting them: https://t.co/q", number=4, quoted_status_id_str="9"),
    )
    assert [item.key for item in contents.items] == ["x:4", "x:3"]
    assert contents.skipped == {"repost": 2}


def test_replies_to_others_are_replies_and_threads_are_posts():
    contents = read_tweets(
        tweet("First of a thread", number=1),
        tweet("Second of it", number=2, in_reply_to_status_id_str="1", in_reply_to_user_id_str="7"),
        tweet("@other I disagree", number=3, in_reply_to_status_id_str="900", in_reply_to_user_id_str="8"),
        tweet("@other hello", number=4, in_reply_to_screen_name="other"),
    )
    assert {item.key: item.kind for item in contents.items} == {
        "x:1": "x-post", "x:2": "x-post", "x:3": "x-reply", "x:4": "x-reply",
    }  # fmt: skip


BEGINNING = "A planner in Kiel told me how she counts the stops of every route before she"


def note(text, date="2026-03-02T08:15:03.000Z"):
    return {"noteTweet": {"noteTweetId": "5005", "createdAt": date, "core": {
        "text": text, "urls": [{"shortUrl": "https://t.co/n", "expandedUrl": "https://example.com/long"}], "mentions": [],
    }}}  # fmt: skip


def test_cut_off_post_is_completed_from_its_note():
    notes = {"data/note-tweet.js": script([note(f"{BEGINNING} signs &amp; sells: https://t.co/n")], "note_tweet.part0")}
    contents = read_tweets(tweet(f"{BEGINNING}… https://t.co/self"), **notes)
    assert [item.text for item in contents.items] == [f"{BEGINNING} signs & sells: https://example.com/long"]
    assert sorted(contents.files) == ["note-tweet.js", "tweets.js"]


@pytest.mark.parametrize(
    "other", [note("Something else altogether"), note(f"{BEGINNING} signs", date="2026-03-05T08:15:00.000Z"), {"noteTweet": 3}]
)
def test_cut_off_post_without_its_note_stays_as_it_is(other):
    contents = read_tweets(tweet(f"{BEGINNING}…"), **{"data/note-tweet.js": script([other], "note_tweet.part0")})
    assert [item.text for item in contents.items] == [f"{BEGINNING}…"]


def test_old_archive_without_the_wrapping_object_and_with_the_field_text():
    old = {"id": 55, "text": "From the year of 140 characters", "created_at": "Tue Oct 13 23:30:00 -0800 2009"}
    (item,) = read(script([old], "tweet.part0"), "tweet.js").items
    assert (item.key, item.text) == ("x:55", "From the year of 140 characters")
    assert item.published_at == datetime(2009, 10, 14, 7, 30, tzinfo=UTC)


def test_parts_are_read_together_and_the_newest_come_first():
    contents = read(
        {
            "twitter-2026/data/tweets.js": script([tweet("Older", number=1, date="Sun Mar 01 08:15:00 +0000 2026")]),
            "twitter-2026/data/tweets-part1.js": script([tweet("Newer", number=2)], "tweets.part1"),
            "twitter-2026/data/direct-messages.js": script([{"dmConversation": {}}], "direct_messages.part0"),
            "twitter-2026/data/deleted-tweets.js": script([tweet("Deleted", number=3)], "deleted_tweets.part0"),
        }
    )
    assert [item.text for item in contents.items] == ["Newer", "Older"]
    assert contents.unopened == 2


def test_entries_of_unexpected_types_are_skipped():
    contents = read_tweets(
        tweet("Fine"), None, 7, "text", [], {}, {"tweet": []}, tweet("No id", number="x"), tweet(None, number=8),
        tweet("Odd", number=9, entities={"urls": {"a": 1}, "media": [None, {"url": 3}]}, in_reply_to_status_id_str=[1]),
    )  # fmt: skip
    assert [item.text for item in contents.items] == ["Odd", "Fine"]
    assert contents.skipped == {"unreadable": 7, "no-text": 1}


def test_characters_that_no_database_stores_are_removed():
    content = 'x = [{"id_str": "1", "full_text": "A\\u0000B\\ud800C", "created_at": "2026-03-02T08:00:00Z"}]'
    assert [item.text for item in read(content, "tweets.js").items] == ["ABC"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "alert(1)",
        "window.YTD.tweets.part0 = {}",
        "x = [",
        "x = [1",
        "x = [1 2]",
        "x = [1,]",
        "x = [{]",
        "x = " + "[" * 100_000,
    ],
)
def test_script_that_is_no_array_is_refused(content):
    with pytest.raises(ArchiveError, match="Download"):
        read({"tweets.js": content})


def test_empty_array_is_no_error_of_the_file():
    with pytest.raises(ArchiveError, match="nothing in these files yet"):
        read({"tweets.js": "window.YTD.tweets.part0 = [ ]"})
