"""One form for the different links to the same published item, so that they can be compared."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from server.core.schemas import MAX_URL_LENGTH, is_web_address

#: In addresses (``urn:li:activity:71``) and in readable ones (``/posts/name_title-activity-71-aB3d``).
_LINKEDIN_POST = re.compile(r"\b(activity|ugcPost|share)[:-](\d{5,25})\b")
_LINKEDIN_COMMENT = re.compile(r"urn:li:comment:\([^)]{1,80},(\d{5,25})\)")
_X_POST = re.compile(r"/status(?:es)?/(\d{5,25})\b")
_LINKEDIN_HOSTS = re.compile(r"(\w+\.)?linkedin\.com")
_X_HOSTS = re.compile(r"((www|mobile)\.)?(x|twitter)\.com")
#: Parameters that say where a click came from, and nothing about the page.
_TRACKING = re.compile(r"utm_\w+|trk\w*|rcm|s|t|ref|ref_src|fbclid|gclid|li_fat_id", re.IGNORECASE)


def canonical_post_link(address: str | None) -> str | None:
    """The same link for the same post or comment, whatever the words, tracking parameters and host names in ``address``. A web
    address of another site only loses the scheme's variant, ``www.``, tracking parameters and the fragment. None for what is
    not a web address, and for one that is too long to be stored."""
    if not address or not is_web_address(address) or len(address) > MAX_URL_LENGTH:
        return None
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if not host:
        return None
    if _LINKEDIN_HOSTS.fullmatch(host) and (post := _LINKEDIN_POST.search(unquote(address))):
        comment = _LINKEDIN_COMMENT.search(unquote(unquote(parts.query)))
        link = f"https://www.linkedin.com/feed/update/urn:li:{post[1]}:{post[2]}"
        return f"{link}?commentUrn=urn:li:comment:({post[1]}:{post[2]},{comment[1]})" if comment else link
    if _X_HOSTS.fullmatch(host) and (post := _X_POST.search(parts.path)):
        return f"https://x.com/i/status/{post[1]}"
    kept = urlencode([pair for pair in parse_qsl(parts.query) if not _TRACKING.fullmatch(pair[0])])
    link = f"https://{host}{parts.path.rstrip('/')}{'?' + kept if kept else ''}"
    return link if len(link) <= MAX_URL_LENGTH else None
