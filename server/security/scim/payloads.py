"""Brings what identity providers send into the shape of ``resources``, before it is validated.

Okta replaces whole people with PUT and patches without a path. Microsoft Entra ID writes ``"active": "False"``, ``"op":
"Add"`` and keys such as ``emails[type eq "work"].value``, in paths and in values. ``scim2_models`` reads most of this under
``resources.POLICY``; the rest is here."""

from __future__ import annotations

import re
from typing import Any

from server.core.problems import Problem
from server.people.operations import EMAIL

#: A selection among the e-mail addresses by anything but their type: there is only one address.
OTHER_EMAIL_SELECTION = re.compile(r"emails\[(?!\s*type\s+eq)[^\]]*\]", re.IGNORECASE)
#: Private addresses are not kept.
OTHER_EMAIL_TYPE = re.compile(r'emails\[\s*type\s+eq\s+"(?!work")', re.IGNORECASE)
WORK_EMAIL = 'emails[type eq "work"]'
MAX_OPERATIONS = 1000


def read_object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Problem(400, "malformed", "The body must be a JSON object")
    return body


def complete_user(body: dict[str, Any], *, is_active: bool = True) -> dict[str, Any]:
    """A person with one e-mail address, a name to show and ``active``, as far as the rest of the body tells them.
    ``is_active``: what they are if the body does not say."""
    user = {_canonical(key): value for key, value in body.items()}
    user["emails"] = one_email(user.get("emails")) or _email_of_user_name(user.get("userName"))
    user["displayName"] = user.get("displayName") or _name_of(user.get("name")) or user.get("userName")
    if user.get("active") is None:
        user["active"] = is_active
    return user


_NAMES = {name.lower(): name for name in ("userName", "displayName", "emails", "name", "active", "externalId")}


def _canonical(key: str) -> str:
    """Attribute names are compared without case."""
    return _NAMES.get(key.lower(), key)


def one_email(emails: Any) -> list[dict[str, Any]] | None:
    """The primary address, or else the one for work, or else the first. None if there is none that could be read."""
    entries = [entry for entry in emails if isinstance(entry, dict) and entry.get("value")] if isinstance(emails, list) else []
    if not entries:
        return None
    best = min(entries, key=lambda entry: (str(entry.get("primary")).lower() != "true", entry.get("type") != "work"))
    return [{"value": best["value"], "type": "work"}]


def _email_of_user_name(user_name: Any) -> list[dict[str, Any]] | None:
    if isinstance(user_name, str) and EMAIL.fullmatch(user_name.strip()):
        return [{"value": user_name.strip(), "type": "work"}]
    return None


def _name_of(name: Any) -> str | None:
    if not isinstance(name, dict):
        return None
    parts = (name.get("givenName"), name.get("familyName"))
    return name.get("formatted") or " ".join(part for part in parts if isinstance(part, str) and part) or None


def complete_patch(body: dict[str, Any]) -> dict[str, Any]:
    """A patch whose operations name one attribute each where a value without a path would hold a selection."""
    key = next((key for key in body if key.lower() == "operations"), "Operations")
    operations = body.get(key)
    if not isinstance(operations, list) or not all(isinstance(one, dict) for one in operations):
        return body
    if len(operations) > MAX_OPERATIONS:
        raise Problem(413, "too-large", f"A patch may have at most {MAX_OPERATIONS} operations")
    completed = [one for operation in operations for one in _split(operation)]
    kept = [one for one in completed if not OTHER_EMAIL_TYPE.match(str(one.get("path", "")))]
    # A patch about nothing that is kept changes nothing, but it needs an operation.
    return {"schemas": body.get("schemas"), "Operations": kept or [{"op": "add", "value": {}}]}


def _split(operation: dict[str, Any]) -> list[dict[str, Any]]:
    path, value = operation.get("path"), operation.get("value")
    if isinstance(path, str) and path:
        operation = operation | {"path": OTHER_EMAIL_SELECTION.sub(WORK_EMAIL, path)}
        if path.lower() == "emails" and isinstance(value, list):
            operation["value"] = one_email(value) or value
        return [operation]
    if not isinstance(value, dict):
        return [operation]
    plain = {key: item for key, item in value.items() if "[" not in key}
    emails = next((key for key in plain if key.lower() == "emails"), None)
    if emails is not None:
        plain[emails] = one_email(plain[emails]) or plain[emails]
    selections = [{"op": operation.get("op"), "path": key, "value": item} for key, item in value.items() if "[" in key]
    whole = [operation | {"value": plain}] if plain or not selections else []
    return whole + [one for selection in selections for one in _split(selection)]
