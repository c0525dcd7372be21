"""Lists over SCIM: filters and pages (RFC 7644, section 3.4.2).

Comparisons with ``eq`` that must hold narrow the people down in the database; the whole filter is then evaluated on those."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from scim2_models import ListResponse, SearchRequest
from scim2_models.path import CompareOperator, Comparison, FilterNode, LogicalExpr, LogicalOperator
from sqlalchemy.orm import Session

from server.security.scim import groups, queries, users
from server.security.scim.resources import MAX_RESULTS, Group, User, read_id

Response = TypeVar("Response")


def list_users(session: Session, search: SearchRequest[User], *, base_url: str) -> ListResponse[User]:
    offset, limit = _page(search)
    if search.filter is None:
        rows = queries.people(session, offset=offset, limit=limit)
        found = users.to_resources(session, rows, base_url=base_url)
        return _respond(ListResponse[User], found, queries.count_people(session), search)
    equal = _required_values(search.filter.ast)
    conditions = queries.people_where(
        ids=_ids(equal.get("id")),
        user_name=equal.get("username"),
        external_id=equal.get("externalid"),
        email=equal.get("emails.value") or equal.get("emails"),
    )
    found = users.to_resources(session, queries.people(session, *conditions), base_url=base_url)
    matching = [resource for resource in found if search.filter.match(resource)]
    return _respond(ListResponse[User], matching[offset : offset + limit], len(matching), search)


def list_groups(session: Session, search: SearchRequest[Group], *, base_url: str) -> ListResponse[Group]:
    """Of a page, only the members are read that the answer or the filter needs: a provider looks groups up without them."""
    offset, limit = _page(search)
    excluded = {str(path).lower() for path in search.excluded_attributes or []}
    if search.filter is None:
        rows = queries.groups(session, offset=offset, limit=limit)
        found = groups.to_resources(session, rows, base_url=base_url, with_members="members" not in excluded)
        return _respond(ListResponse[Group], found, queries.count_groups(session), search)
    needs_members = "members" in str(search.filter).lower()
    everything = queries.groups(session)
    found = groups.to_resources(session, everything, base_url=base_url, with_members=needs_members)
    matching = [row for row, resource in zip(everything, found, strict=True) if search.filter.match(resource)]
    shown = groups.to_resources(
        session, matching[offset : offset + limit], base_url=base_url, with_members="members" not in excluded
    )  # fmt: skip
    return _respond(ListResponse[Group], shown, len(matching), search)


def list_everything(session: Session, search: SearchRequest[User | Group], *, base_url: str) -> ListResponse[User | Group]:
    """People, then groups."""
    offset, limit = _page(search)
    everything: list[User | Group] = [
        *users.to_resources(session, queries.people(session), base_url=base_url),
        *groups.to_resources(session, queries.groups(session), base_url=base_url),
    ]
    found = [one for one in everything if search.filter is None or search.filter.match(one)]
    return _respond(ListResponse[User | Group], found[offset : offset + limit], len(found), search)


def _page(search: SearchRequest[Any]) -> tuple[int, int]:
    """Offset and number of results."""
    count = MAX_RESULTS if search.count is None else min(search.count, MAX_RESULTS)
    return max((search.start_index or 1) - 1, 0), count


def _respond(kind: Callable[..., Response], page: Sequence[Any], total: int, search: SearchRequest[Any]) -> Response:
    return kind(
        total_results=total, start_index=_page(search)[0] + 1, items_per_page=len(page), resources=list(page)
    )  # fmt: skip


def _required_values(node: FilterNode) -> dict[str, str]:
    """The comparisons ``attribute eq "text"`` that hold for every match, by lower-case attribute."""
    if isinstance(node, Comparison) and node.op == CompareOperator.eq and isinstance(node.value, str):
        return {str(node.attr_path).rsplit(":", 1)[-1].lower(): node.value}
    if isinstance(node, LogicalExpr) and node.op == LogicalOperator.and_:
        return {name: value for term in node.terms for name, value in _required_values(term).items()}
    return {}


def _ids(value: str | None) -> list[int] | None:
    if value is None:
        return None
    number = read_id(value)
    return [] if number is None else [number]
