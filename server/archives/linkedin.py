"""LinkedIn's data export ("Get a copy of your data"): shares, comments, and the profile with its positions.

Dates are in UTC and have no time zone. Shares.csv doubles quotes, twice in texts of several lines; Comments.csv escapes them
by a backslash."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import unquote

from server.archives.containers import Member
from server.archives.csv_files import read_rows
from server.archives.model import Item, Limits, Skipped
from server.archives.texts import clean, make_key, parse_date

#: ``urn:li:share:7051`` or ``urn:li:ugcPost:7051`` in a share's link.
_URN = re.compile(r"urn:li:(\w{1,20}):(\d{1,25})")
_MAX_URL = 2_000
_SHARE = ("ShareCommentary", "Date", "ShareLink")
_COMMENT = ("Message", "Date", "Link")
_POSITION = ("Title", "Company Name", "Description", "Started On", "Finished On")
#: Of the profile only these: no name, address or birthday.
_PROFILE = ("Headline", "Summary")
#: More than anybody lists.
_MAX_POSITIONS = 50


def read_shares(member: Member, limits: Limits) -> Iterator[Item | Skipped]:
    for row in read_rows(member.stream, member.name, _SHARE, limits):
        text = clean(_unwrap_lines(row["ShareCommentary"]))
        published_at = parse_date(row["Date"])
        if published_at is None:
            yield "unreadable"
        elif not text:
            # A repost without a comment, or a picture alone.
            yield "no-text"
        else:
            url = _web_address(row["ShareLink"])
            urn = _URN.search(unquote(url or ""))
            key = f"linkedin-post:{urn[2]}" if urn else make_key("linkedin-post", row["Date"], url or "")
            yield Item(key, "linkedin-post", published_at, text, url)


def read_comments(member: Member, limits: Limits) -> Iterator[Item | Skipped]:
    for row in read_rows(member.stream, member.name, _COMMENT, limits, backslashes=True):
        text, published_at = clean(row["Message"]), parse_date(row["Date"])
        if published_at is None:
            yield "unreadable"
        elif not text:
            yield "no-text"
        else:
            # The link is that of the post, and nobody comments on a post twice in a second.
            url = _web_address(row["Link"])
            yield Item(make_key("linkedin-comment", row["Date"], url or ""), "linkedin-comment", published_at, text, url)


class ProfileParts:
    """Collects a profile, whose parts are in two files."""

    def __init__(self) -> None:
        self._sections: dict[str, str | list[str]] = {}

    def read_profile(self, member: Member, limits: Limits) -> None:
        for row in read_rows(member.stream, member.name, _PROFILE, limits):
            for section, column in (("headline", "Headline"), ("about", "Summary")):
                self._sections[section] = clean(row[column])[: limits.item_chars]
            return

    def read_positions(self, member: Member, limits: Limits) -> None:
        positions = []
        for row in read_rows(member.stream, member.name, _POSITION, limits):
            title = " at ".join(part for part in (row["Title"], row["Company Name"]) if part)
            dates = " – ".join(part for part in (row["Started On"], row["Finished On"]) if part)
            description = clean(row["Description"])[:3_000]
            positions.append("\n".join(clean(part) for part in (title, dates, description) if part))
            if len(positions) == _MAX_POSITIONS:
                break
        self._sections["experience"] = [position for position in positions if position]

    def item(self) -> Item | None:
        """The profile as it was in the archive; None if the archive has none, or positions without a headline and a summary."""
        if not any(self._sections.get(section) for section in ("headline", "about")):
            return None
        parts = [part for section in self._sections.values() for part in (section if isinstance(section, list) else [section])]
        text = "\n\n".join(part for part in parts if part)
        return Item(make_key("linkedin-profile", text), "linkedin-profile", datetime.now(UTC), text, sections=self._sections)


def _unwrap_lines(text: str) -> str:
    r"""LinkedIn writes each line of a share as a quoted cell of its own, so that lines are separated by ``"\n"`` instead of
    ``\n`` and quotes are still doubled once."""
    text = text.replace("\r\n", "\n")
    if '"\n"' not in text:
        return text
    return text.replace('"\n"', "\n").replace('""', '"')


def _web_address(value: str) -> str | None:
    value = clean(value)
    is_usable = value.startswith(("https://", "http://")) and len(value) <= _MAX_URL and not re.search(r"\s", value)
    return value if is_usable else None
