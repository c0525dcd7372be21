"""Whatever is in a file, it is read or refused in words; and what was written is read back."""

from __future__ import annotations

import csv
import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from server.archives.model import ArchiveError
from server.archives.texts import clean
from tests.server.archives.archive_files import COMMENTS_HEADER, SHARES_HEADER, comment_row, make_zip, read, share_row, tweet

NAMES = st.sampled_from(["Shares.csv", "Comments.csv", "Profile.csv", "Positions.csv", "tweets.js", "note-tweet.js"])
HEADERS = {
    "Shares.csv": SHARES_HEADER, "Comments.csv": COMMENTS_HEADER, "Profile.csv": "Headline,Summary\n",
    "Positions.csv": "Title,Company Name\n", "tweets.js": "x = [", "note-tweet.js": "x = [",
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["tweet", "noteTweet", "core", "text", "full_text", "id_str", "created_at", "entities", "urls", "url"]),
        inner, max_size=6,
    ),
    max_leaves=20,
)  # fmt: skip
TEXTS = st.text(st.characters(exclude_characters="\0\x85", exclude_categories=("Cs",)), min_size=1, max_size=200).filter(clean)


def read_or_refuse(content, name):
    try:
        contents = read(content, name)
    except ArchiveError:
        return
    assert all(len(item.key) <= 64 and item.text and item.published_at.tzinfo for item in contents.items)


@settings(max_examples=60)
@given(NAMES, st.binary(max_size=400))
def test_any_bytes_in_any_file(name, content):
    read_or_refuse(HEADERS[name].encode() + content, name)
    read_or_refuse(content, name)
    read_or_refuse(b"PK\x03\x04" + content, "a.zip")


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_any_change_of_a_zip_file(position, change):
    content = bytearray(ZIP)
    position %= len(content)
    content[position : position + len(change)] = change
    read_or_refuse(bytes(content), "a.zip")


ZIP = make_zip(
    {"Shares.csv": SHARES_HEADER + share_row("A planner"), "data/tweets.js": "x = " + json.dumps([tweet("Hello")])}
).getvalue()


@settings(max_examples=60)
@given(st.lists(JSON, max_size=5))
def test_any_json_in_a_script(elements):
    for name in ("tweets.js", "note-tweet.js"):
        read_or_refuse("x = " + json.dumps(elements), name)


@settings(max_examples=60)
@given(TEXTS)
def test_texts_are_read_back_as_they_were(text):
    plain = io.StringIO()
    csv.writer(plain).writerow(["2026-03-02 08:15:00", "https://www.linkedin.com/x", text])
    files = {"Comments_1.csv": COMMENTS_HEADER + comment_row(text.replace("\\", "/"))}
    (comment,) = read(files).items
    assert comment.text == clean(text.replace("\\", "/"))
    (post,) = read({"tweets.js": "x = " + json.dumps([tweet(text.replace("&", "+"), number=1)])}).items or [None]
    if post is not None and not text.startswith("RT @"):
        assert post.text == clean(text.replace("&", "+"))
