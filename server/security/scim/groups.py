"""Groups over SCIM. Who joins or leaves one gets or loses what the group gives at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.clock import now
from server.core.oidc_settings import OidcSettings
from server.core.problems import Problem, field_problem, not_found
from server.people.groups import operations as groups
from server.people.groups.models import MAX_GROUP_LENGTH, GroupMember, ProviderGroup
from server.people.groups.queries import members_of
from server.people.operations import check_name
from server.people.queries import get_calendar, lock_organisation
from server.security.scim import queries, resources
from server.security.scim.resources import Group as GroupResource


def get(session: Session, *, group_id: int, base_url: str) -> GroupResource:
    return to_resources(session, [_find(session, group_id)], base_url=base_url)[0]


def _find(session: Session, group_id: int) -> ProviderGroup:
    group = session.get(ProviderGroup, group_id)
    if group is None or group.source != "scim":
        raise not_found()
    return group


def to_resources(
    session: Session, rows: Sequence[ProviderGroup], *, base_url: str, with_members: bool = True
) -> list[GroupResource]:
    members = queries.members_by_group(session, group_ids=[row.id for row in rows]) if with_members else {}
    return [_to_resource(row, members.get(row.id, []), base_url) for row in rows]


def _to_resource(row: ProviderGroup, members: Sequence[int], base_url: str) -> GroupResource:
    id_ = resources.group_id(row.id)
    return GroupResource.model_validate(
        {
            "id": id_,
            "externalId": row.external_id,
            "meta": {
                "resourceType": "Group",
                "created": row.created_at,
                "lastModified": row.changed_at,
                "location": f"{base_url}/Groups/{id_}",
            },
            "displayName": row.name,
            "members": [{"value": str(user_id), "$ref": f"{base_url}/Users/{user_id}", "type": "User"} for user_id in members]
            or None,
        },
        scim_policy=resources.POLICY,
    )


def create(session: Session, wanted: GroupResource, *, oidc: OidcSettings | None) -> int:
    """The id of the new group. 409 if there is one with its external id, or with its name unless both have external ids."""
    # One at a time: a provider that repeats a request whose answer was lost must not make two groups.
    lock_organisation(session)
    row = ProviderGroup(source="scim", seen_on=get_calendar(session).today(), **_values(wanted))
    _check_is_new(session, row)
    session.add(row)
    session.flush()
    audit.record(session, action="group.added", object_type="group", object_id=row.id)
    _set_members(session, row, wanted, oidc=oidc)
    return row.id


def change(session: Session, *, group_id: int, wanted: GroupResource, oidc: OidcSettings | None) -> None:
    lock_organisation(session)
    row = _find(session, group_id)
    keys = _keys(row)
    for field, value in _values(wanted).items():
        setattr(row, field, value)
    _check_is_new(session, row)
    row.seen_on = get_calendar(session).today()
    session.flush()
    is_renamed = _keys(row) != keys
    if is_renamed:
        audit.record(session, action="group.changed", object_type="group", object_id=group_id)
    _set_members(session, row, wanted, oidc=oidc, keys_before=keys, applies_to_all=is_renamed)


def remove(session: Session, *, group_id: int, oidc: OidcSettings | None) -> None:
    """Its members lose what it gave."""
    lock_organisation(session)
    row = _find(session, group_id)
    members, keys = members_of(session, group_id=group_id), _keys(row)
    session.execute(delete(GroupMember).where(GroupMember.group_id == group_id))
    session.delete(row)
    session.flush()
    audit.record(session, action="group.deleted", object_type="group", object_id=group_id)
    groups.forget_sign_in_groups(session, user_ids=members, keys=keys)
    groups.apply(session, user_ids=members, oidc=oidc)


def _values(wanted: GroupResource) -> dict[str, str | None]:
    external_id = (wanted.external_id or "").strip() or None
    if external_id is not None and len(external_id) > MAX_GROUP_LENGTH:
        raise field_problem("externalId", f"must have at most {MAX_GROUP_LENGTH} characters")
    return {"name": check_name(wanted.display_name or "", field="displayName"), "external_id": external_id}


def _keys(row: ProviderGroup) -> frozenset[str]:
    return frozenset({row.name} | ({row.external_id} if row.external_id else set()))


def _check_is_new(session: Session, row: ProviderGroup) -> None:
    with session.no_autoflush:
        others = [other for other in queries.groups(session) if other.id != row.id]
    for other in others:
        if row.external_id is not None and other.external_id is not None:
            field, is_same = "externalId", other.external_id == row.external_id
        else:
            field, is_same = "displayName", other.name.casefold() == row.name.casefold()
        if is_same:
            raise field_problem(field, "is already in use", status=409, code="taken")


def _set_members(
    session: Session,
    row: ProviderGroup,
    wanted: GroupResource,
    *,
    oidc: OidcSettings | None,
    keys_before: frozenset[str] = frozenset(),
    applies_to_all: bool = False,
) -> None:
    before = set(members_of(session, group_id=row.id))
    # Members whom the provider cannot see are not in what it sent, and it did not remove them.
    visible = queries.visible_ids(session, user_ids=before)
    after = _member_ids(session, wanted) | (before - visible)
    joined, left = after - before, before - after
    session.execute(delete(GroupMember).where(GroupMember.group_id == row.id, GroupMember.user_id.in_(left)))
    session.add_all(GroupMember(group_id=row.id, user_id=user_id) for user_id in sorted(joined))
    row.changed_at = now()
    session.flush()
    if joined or left:
        changes = {"members": (len(before), len(after))}
        audit.record(session, action="group.members-changed", object_type="group", object_id=row.id, changes=changes)
        groups.forget_sign_in_groups(session, user_ids=left, keys=keys_before | _keys(row))
    groups.apply(session, user_ids=before | after if applies_to_all else joined | left, oidc=oidc)


def _member_ids(session: Session, wanted: GroupResource) -> set[int]:
    """400 if one is nobody whom the provider can see."""
    values = {member.value or "" for member in wanted.members or []}
    ids = {number for value in values if (number := resources.read_id(value)) is not None}
    visible = queries.visible_ids(session, user_ids=ids)
    if len(visible) != len(values):
        raise Problem(
            422,
            "invalid-field",
            "members: at least one is nobody here",
            errors=[{"field": "members", "message": "must be ids of people; groups in groups are not supported"}],
        )
    return set(visible)
