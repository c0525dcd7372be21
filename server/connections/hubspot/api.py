"""HubSpot's API: what is asked, and what its refusals mean."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from server.connections.http import Answer, Client, not_understood, retry_after, unavailable
from server.connections.source import Context, SourceError

TITLE = "HubSpot"
ORIGIN = "https://api.hubapi.com"
VERSION = "2026-09"
#: Of the search endpoint, and of the lists of objects and owners.
SEARCH_LIMIT = 200
LIST_LIMIT = 100
OWNERS_LIMIT = 500
#: HubSpot allows five searches a second for an account, other integrations included.
SECONDS_BETWEEN_SEARCHES = 0.25
#: The account's requests of the day are used up: they come back at its midnight.
DAILY_LIMIT_RETRY = timedelta(hours=1)
BURST_RETRY = timedelta(seconds=10)


class Api:
    def __init__(self, key: str, context: Context) -> None:
        self._client = Client(TITLE, context.base_url or ORIGIN, context, lambda: key)
        self._next_search_at = 0.0

    def account(self) -> dict[str, Any]:
        return self._send("GET", f"/account-info/{VERSION}/details", what="the account's details").object

    def owners(self, *, is_archived: bool) -> Iterator[dict[str, Any]]:
        after = None
        while True:
            params = {"limit": OWNERS_LIMIT, "archived": str(is_archived).lower(), "after": after}
            answer = self._send("GET", f"/crm/owners/{VERSION}", params=params, what="owners")
            yield from results(answer)
            after = next_after(answer)
            if after is None:
                return

    def search(
        self, objects: str, filters: list[dict[str, Any]], *, sort: str, properties: list[str], limit: int = SEARCH_LIMIT
    ) -> Answer:
        """The first ``limit`` objects that meet all ``filters``, sorted by a property, ascending."""
        body = {
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": sort, "direction": "ASCENDING"}],
            "properties": properties,
            "limit": limit,
        }
        time.sleep(max(0.0, self._next_search_at - time.monotonic()))
        self._next_search_at = time.monotonic() + SECONDS_BETWEEN_SEARCHES
        return self._send("POST", f"/crm/objects/{VERSION}/{objects}/search", body=body, what=objects)

    def archived(self, objects: str, *, after: str | None) -> Answer:
        """A page of the objects in the recycle bin, where they stay for 90 days."""
        params = {"archived": "true", "limit": LIST_LIMIT, "after": after, "properties": "hs_object_id"}
        return self._send("GET", f"/crm/objects/{VERSION}/{objects}", params=params, what=objects)

    def close(self) -> None:
        self._client.close()

    def _send(
        self, method: str, path: str, *, what: str, params: dict[str, Any] | None = None, body: Any = None
    ) -> Answer:  # fmt: skip
        """``what``: what is read, in words. Raises ``SourceError`` unless the answer is a JSON object."""
        answer = self._client.send(method, path, params=params, body=body)
        if answer.status == 200 and isinstance(answer.body, dict):
            return answer
        raise _refusal(answer, what)


def results(answer: Answer) -> list[dict[str, Any]]:
    found = answer.object.get("results")
    if not isinstance(found, list) or not all(isinstance(one, dict) and _is_id(one.get("id")) for one in found):
        raise not_understood(TITLE)
    return found


def next_after(answer: Answer) -> str | None:
    paging = answer.object.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    after = following.get("after") if isinstance(following, dict) else None
    return str(after) if after else None


def moment(value: Any) -> datetime | None:
    """A time of the API: ISO 8601 with a time zone, or milliseconds since 1970. None if it is empty or neither."""
    if value in (None, ""):
        return None
    try:
        if isinstance(value, int) or str(value).isdecimal():
            return datetime.fromtimestamp(int(value) / 1000, tz=EPOCH.tzinfo)
        found = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else None


EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def milliseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


def _is_id(value: Any) -> bool:
    return isinstance(value, (str, int)) and 0 < len(str(value)) <= 100


def _refusal(answer: Answer, what: str) -> SourceError:
    if answer.status == 429:
        return _rate_limit(answer)
    if answer.status >= 500:
        return unavailable(TITLE, answer)
    if answer.status == 401:
        return SourceError(
            "credentials",
            "HubSpot refuses the Service Key: it is wrong, has expired or was deactivated. Create or rotate it there, and "
            "enter the new one.",
        )
    if answer.status == 403:
        scopes = _missing_scopes(answer)
        needed = f" Add {' and '.join(scopes)} to the key's scopes." if scopes else " Add the scope to the key."
        return SourceError("permission", f"The Service Key may not read {what}.{needed}")
    if answer.status in (400, 404):
        return SourceError("field", f"HubSpot does not know {what}, or a property of them, in this account.")
    return not_understood(TITLE)


def _rate_limit(answer: Answer) -> SourceError:
    if answer.object.get("policyName") == "DAILY":
        message = "All requests that HubSpot allows this account in a day are used up. Reading goes on when they come back."
        return SourceError("rate-limit", message, retry_after=retry_after(answer, DAILY_LIMIT_RETRY))
    message = "HubSpot asks to send fewer requests. Reading goes on in a moment."
    return SourceError("rate-limit", message, retry_after=retry_after(answer, BURST_RETRY))


def _missing_scopes(answer: Answer) -> list[str]:
    """As the error names them, if they look like scopes."""
    errors = answer.object.get("errors")
    found: list[str] = []
    for error in errors if isinstance(errors, list) else []:
        context = error.get("context") if isinstance(error, dict) else None
        scopes = context.get("requiredGranularScopes") if isinstance(context, dict) else None
        found += (
            [str(scope) for scope in scopes if str(scope).replace(".", "").replace("-", "").replace("_", "").isalnum()]
            if (isinstance(scopes, list))
            else []
        )
    return list(dict.fromkeys(found))[:5]
