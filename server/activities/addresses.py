"""What the address of a post says: which post it is, under whatever host, path and parameters, and when it was made.

LinkedIn's and X's ids begin with the moment at which the site made them, in milliseconds; X counts from 4 November 2010.
Nothing is fetched."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

_LINKEDIN = re.compile(r"(?:^|\.)linkedin\.com$")
_X = re.compile(r"(?:^|\.)(?:x|twitter)\.com$")
#: ``urn:li:activity:7266``, ``urn:li:comment:(activity:7266,7267)``, ``.../posts/name_words-activity-7266-x2Yz``.
_LINKEDIN_POST = re.compile(r"(?:activity|share|ugcpost)[:-](\d{6,20})", re.IGNORECASE)
_LINKEDIN_COMMENT = re.compile(
    r"comment:\((?:urn:li:)?(?:activity|share|ugcpost):(\d{6,20}),(\d{6,20})\)"
    r"|fsd_comment:\((\d{6,20}),urn:li:(?:activity|share|ugcpost):(\d{6,20})\)",
    re.IGNORECASE,
)
_X_POST = re.compile(r"/status(?:es)?/(\d{1,20})")
_TIME_SHIFT = 22
_X_EPOCH_MS = 1_288_834_974_657
#: Neither site made such ids earlier.
_EARLIEST = datetime(2010, 11, 1, tzinfo=UTC)
#: Parameters that say where somebody found a link, not what it leads to.
_TRACKING = re.compile(
    r"^(?:utm_\w+|trk\w*|rcm|ref|ref_\w+|s|t|si|fbclid|gclid|igshid|mc_[ce]id|originalsubdomain|lipi|licu)$", re.IGNORECASE
)
_MOBILE = re.compile(r"^(?:www|m|mobile)\.")


@dataclass(frozen=True, slots=True)
class Address:
    """``item``: names the item, however its address is written; None for a comment's address that names only the post.
    ``post``: the post that a comment is under. ``made_at``: when the site made the item, or the post if only that is named;
    None if the address does not say."""

    item: str | None
    post: str | None
    made_at: datetime | None


def read_address(url: str, *, kind: str, at: datetime) -> Address:
    """``kind``: of the shared item. An id that would be of later than ``at`` says nothing."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return _read_web(url, kind)
    if _LINKEDIN.search(host):
        found = _read_linkedin(unquote(unquote(url)), kind)
    elif _X.search(host) and (status := _X_POST.search(parts.path)):
        found = (f"x:{status[1]}", None, int(status[1]), _X_EPOCH_MS)
    else:
        found = None
    if found is None:
        return _read_web(_plain_address(parts), kind)
    item, post, number, epoch_ms = found
    return Address(item, post, _made_at(number, epoch_ms, at))


def _read_linkedin(text: str, kind: str) -> tuple[str | None, str | None, int, int] | None:
    if kind == "linkedin-comment" and (comment := _LINKEDIN_COMMENT.search(text)):
        post, number = (comment[1], comment[2]) if comment[1] else (comment[4], comment[3])
        return f"linkedin:{post}:{number}", f"linkedin:{post}", int(number), 0
    if (found := _LINKEDIN_POST.search(text)) is None:
        return None
    key = f"linkedin:{found[1]}"
    return (None, key, int(found[1]), 0) if kind == "linkedin-comment" else (key, None, int(found[1]), 0)


def _made_at(number: int, epoch_ms: int, at: datetime) -> datetime | None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=min((number >> _TIME_SHIFT) + epoch_ms, 2**45))
    return moment if _EARLIEST <= moment <= at + timedelta(hours=1) else None


def _read_web(address: str, kind: str) -> Address:
    key = f"web:{hashlib.sha256(address.encode(errors='surrogatepass')).hexdigest()}"
    return Address(None, key, None) if kind == "linkedin-comment" else Address(key, None, None)


def _plain_address(parts: SplitResult) -> str:
    host = _MOBILE.sub("", (parts.hostname or "").lower())
    query = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(pair[0]))
    return f"{host}{unquote(parts.path).rstrip('/')}?{urlencode(query, errors='surrogatepass')}"
