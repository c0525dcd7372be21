"""X's archive: posts, replies and the full texts of long posts.

``tweets.js`` has HTML entities and shortened links, and only the beginning of a long post; its full text is in
``note-tweet.js`` under another id, so the two are matched by their words and their time."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from server.archives.containers import Member
from server.archives.json_arrays import read_array
from server.archives.model import Item, Limits, Skipped
from server.archives.texts import clean, parse_date

_REPOST = re.compile(r"RT @\w{1,20}:")
_ID = re.compile(r"\d{1,25}")
_SHORT_LINK = re.compile(r"https?://t\.co/\w{1,20}")
#: The end of a text that X cut off: an ellipsis, and often a link to the whole.
_CUT_OFF = re.compile(r"\s*(?:…|\.\.\.)\s*(?:https?://t\.co/\w{1,20})?\s*$")
#: Words by which the full text of a cut-off post is found; shorter beginnings are often alike.
_MIN_PREFIX_CHARS = 40
_INDEX_CHARS = 40
_MAX_NOTE_DELAY = timedelta(minutes=5)
#: Of one post's links.
_MAX_LINKS = 100


@dataclass(frozen=True, slots=True)
class Note:
    """The full text of a long post; ``raw`` with shortened links, as in the post's own beginning."""

    raw: str
    text: str
    published_at: datetime


class Notes:
    """The long posts of an archive."""

    def __init__(self) -> None:
        self._by_beginning: dict[str, list[Note]] = {}
        self._chars = 0

    def read(self, member: Member, limits: Limits) -> None:
        for element in read_array(member.stream, member.name, limits):
            note = _parse_note(_inner(element, "noteTweet"), limits)
            # What does not fit is left cut off.
            if note is not None and self._chars + len(note.text) <= limits.text_chars:
                self._chars += len(note.text)
                self._by_beginning.setdefault(note.raw[:_INDEX_CHARS], []).append(note)

    def complete(self, item: Item, raw: str) -> Item:
        """``item`` with its full text, if it was cut off. ``raw``: its text with shortened links."""
        beginning = _CUT_OFF.sub("", raw)
        if beginning == raw.rstrip() or len(beginning) < _MIN_PREFIX_CHARS:
            return item
        for note in self._by_beginning.get(beginning[:_INDEX_CHARS], ()):
            if note.raw.startswith(beginning) and abs(note.published_at - item.published_at) <= _MAX_NOTE_DELAY:
                return replace(item, text=note.text)
        return item


def read_tweets(member: Member, notes: Notes, limits: Limits) -> Iterator[tuple[Item | Skipped, str | None]]:
    """Each item or the reason why it is none, and the id of the post to which it replies."""
    for element in read_array(member.stream, member.name, limits):
        tweet = _inner(element, "tweet")
        tweet_id, raw = _string(tweet, "id_str", "id"), _string(tweet, "full_text", "text")
        published_at = parse_date(_string(tweet, "created_at"))
        if not _ID.fullmatch(tweet_id) or published_at is None:
            yield "unreadable", None
            continue
        raw = clean(html.unescape(raw))
        if _REPOST.match(raw) or isinstance(tweet.get("retweeted_status"), dict):
            yield "repost", None
            continue
        text = clean(_expand_links(raw, _links(tweet)))
        reply_to = _string(tweet, "in_reply_to_status_id_str", "in_reply_to_status_id")
        is_reply = bool(reply_to or _string(tweet, "in_reply_to_user_id_str", "in_reply_to_screen_name"))
        url = f"https://x.com/i/web/status/{tweet_id}"
        item = Item(f"x:{tweet_id}", "x-reply" if is_reply else "x-post", published_at, text, url)
        item = notes.complete(item, raw)
        yield (item if item.text else "no-text"), reply_to or None


def join_threads(items: list[Item], replies: dict[str, str]) -> list[Item]:
    """A reply to a post of one's own continues it, so it is a post. ``replies``: the id of the post to which an item of the key
    replies."""
    own = {item.key for item in items}
    return [
        replace(item, kind="x-post") if item.kind == "x-reply" and f"x:{replies.get(item.key)}" in own else item
        for item in items
    ]


def _parse_note(note: dict[str, Any], limits: Limits) -> Note | None:
    core = note.get("core")
    if not isinstance(core, dict):
        return None
    published_at = parse_date(_string(note, "createdAt"))
    raw = clean(html.unescape(_string(core, "text")))
    if published_at is None or not raw or len(raw) > limits.item_chars:
        return None
    return Note(raw, clean(_expand_links(raw, _replacements(core.get("urls"), "shortUrl", "expandedUrl"))), published_at)


def _inner(element: Any, name: str) -> dict[str, Any]:
    """Newer archives wrap each element in an object of one field."""
    inner = element.get(name, element) if isinstance(element, dict) else {}
    return inner if isinstance(inner, dict) else {}


def _string(element: dict[str, Any], *names: str) -> str:
    """The first field that is there, as text; numbers are ids."""
    for name in names:
        value = element.get(name)
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return str(value)
    return ""


def _links(tweet: dict[str, Any]) -> dict[str, str]:
    """The address behind each shortened link; empty for pictures and films, whose links are no part of the text."""
    links: dict[str, str] = {}
    for field in ("entities", "extended_entities"):
        entities = tweet.get(field)
        if isinstance(entities, dict):
            links |= _replacements(entities.get("urls"), "url", "expanded_url")
            links |= dict.fromkeys(_replacements(entities.get("media"), "url", "expanded_url"), "")
    return links


def _replacements(entities: Any, short: str, expanded: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for entity in entities[:_MAX_LINKS] if isinstance(entities, list) else ():
        if isinstance(entity, dict) and isinstance(entity.get(short), str):
            address = entity.get(expanded)
            pairs[entity[short]] = address if isinstance(address, str) and len(address) <= 2_000 else entity[short]
    return pairs


def _expand_links(text: str, links: dict[str, str]) -> str:
    return _SHORT_LINK.sub(lambda match: links.get(match[0], match[0]), text)
