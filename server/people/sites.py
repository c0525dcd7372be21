"""Other sites on which the extension may coach, such as a company's blog or community. An administrator lists them; in each
browser the rep still has to allow each of them."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy.orm import Session

from server.core.problems import Problem, field_problem
from server.people import queries
from server.people.organisation import change_column
from server.people.origins import HOST, MAX_ORIGIN_LENGTH, split_origin

FIELD = "origin"
MAX_SITES = 20
#: What people write there. The names are those of the coach (``nlp/elsewhere.py``).
PLACES = {"other-post": "Posts", "other-comment": "Comments and replies", "long-form": "Articles"}
#: The extension knows these sites' own editors, and leaves the rest of them alone.
_KNOWN = ("linkedin.com", "x.com", "twitter.com")


class Site(TypedDict):
    origin: str
    place: str


def add_site(session: Session, *, origin: str, place: str, own_origin: str) -> Site:
    """Adds a site, or changes what is written on one that is listed. 422 for what is not an https origin, or too many.
    ``own_origin`` is this server's."""
    if place not in PLACES:
        raise field_problem("place", f"must be one of {', '.join(PLACES)}")
    site = Site(origin=validated_site(origin, own_origin=own_origin), place=place)
    organisation = queries.lock_organisation(session)
    others = [one for one in organisation.coached_sites if one["origin"] != site["origin"]]
    if len(others) >= MAX_SITES:
        raise field_problem(FIELD, f"must be one of at most {MAX_SITES} sites: remove one first", limit=MAX_SITES)
    change_column(session, organisation, "coached_sites", sorted([*others, dict(site)], key=lambda one: one["origin"]))
    return site


def remove_site(session: Session, *, origin: str) -> None:
    """Nothing happens if it is not listed."""
    organisation = queries.lock_organisation(session)
    kept = [one for one in organisation.coached_sites if one["origin"] != origin]
    change_column(session, organisation, "coached_sites", kept)


def validated_site(text: str, *, own_origin: str) -> str:
    """``https://`` and a host with a dot. Browsers' permissions know no ports."""
    origin = text.strip().lower().removesuffix("/")
    if len(origin) > MAX_ORIGIN_LENGTH:
        raise field_problem(FIELD, f"must have at most {MAX_ORIGIN_LENGTH} characters", limit=MAX_ORIGIN_LENGTH)
    parts = split_origin(origin)
    if parts is None or parts.scheme != "https" or origin != f"https://{parts.netloc}":
        raise _not_a_site()
    host = parts.netloc.removesuffix(":443")
    if "." not in host or not HOST.fullmatch(host):
        raise _not_a_site()
    if any(host == known or host.endswith(f".{known}") for known in _KNOWN):
        raise field_problem(FIELD, "must be another site than LinkedIn and X, whose editors the extension already knows")
    if f"https://{host}" == own_origin.lower().removesuffix(":443"):
        raise field_problem(FIELD, "must be another site than this server, which has an editor of its own under Write")
    return f"https://{host}"


def _not_a_site() -> Problem:
    message = "must be https:// and the name of a site, such as https://community.example.com, without a path, a port or *"
    return field_problem(FIELD, message)
