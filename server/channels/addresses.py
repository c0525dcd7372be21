"""The addresses of channels that are accepted, and nothing else.

They are read here and not by Apprise, whose addresses can name any of its services and hosts, files and other options. Slack's
host is fixed; that of a workflow must be Microsoft's."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from server.core.problems import Problem, field_problem

MAX_CHARS = 1_000
#: Of the address, as far as an administrator sees it again.
ENDING_CHARS = 4
SLACK_EXAMPLE = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7"
TEAMS_EXAMPLE = "workflows://prod-12.westeurope.logic.azure.com/workflow/signature"
#: Hosts of Microsoft's workflows; https://learn.microsoft.com/power-automate/ip-address-configuration
TEAMS_HOST = re.compile(r"(?:[a-z0-9-]+\.)+(?:logic\.azure\.com|environment\.api\.powerplatform\.com)")
_PART = re.compile(r"[A-Za-z0-9_-]{1,200}")
_SLACK_PART = re.compile(r"[A-Za-z0-9]{1,100}")
#: As Slack and Microsoft show an address for copying.
_SLACK_WEBHOOK = re.compile(r"/services/([^/]+)/([^/]+)/([^/]+)/?")
_TEAMS_WEBHOOK = re.compile(
    r"(?P<automate>/powerautomate/automations/direct(?:/cu/(?P<route>\d{1,10}))?)?"
    r"/workflows/(?P<workflow>[^/]+)/triggers/manual/paths/invoke/?"
)
_OPTIONS = {"pa": r"yes|no", "route": r"\d{1,10}", "ver": r"[0-9a-z-]{1,30}"}

Parts = dict[str, str]


def parse(service: str, text: str) -> Parts:
    """``text``: as typed, in Apprise's notation or as the service shows it. 422 says what is wrong, without any secret."""
    address = text.strip()
    if not address or len(address) > MAX_CHARS:
        raise _refused(f"must have 1 to {MAX_CHARS} characters")
    scheme = address.partition("://")[0].lower()
    if scheme == "msteams":
        raise _refused("begins with msteams://, whose webhooks Microsoft has ended; create a workflow and enter its address")
    try:
        url = urlsplit(address)
        host, port = (url.hostname or "").lower(), url.port
    except ValueError:
        raise _refused("is not a complete address") from None
    if url.username or url.password or url.fragment or port not in (None, 443):
        raise _refused("must not have a user name, a fragment or another port")
    # ``hostname`` is in lower case, and tokens of Slack are not.
    first = url.netloc.partition(":")[0]
    options = dict(parse_qsl(url.query, keep_blank_values=True))
    if service == "slack":
        return _slack(scheme, first, url.path, options)
    return _teams(scheme, host, url.path, options)


def ending(parts: Parts) -> str:
    return parts.get("token_c", parts.get("signature", ""))[-ENDING_CHARS:]


def _slack(scheme: str, first: str, path: str, options: Parts) -> Parts:
    if scheme == "https" and first.lower() == "hooks.slack.com":
        match = _SLACK_WEBHOOK.fullmatch(path)
        tokens = list(match.groups()) if match else []
    elif scheme == "slack":
        tokens = [first, *path.strip("/").split("/")]
    else:
        raise _refused(f"must be of an incoming webhook of Slack, as in {SLACK_EXAMPLE}")
    if options:
        raise _refused(f"must not have options such as “{next(iter(options))}”")
    if len(tokens) != 3 or not all(_SLACK_PART.fullmatch(token) for token in tokens):
        raise _refused(f"must have the three parts of an incoming webhook, as in {SLACK_EXAMPLE}")
    return dict(zip(("token_a", "token_b", "token_c"), tokens, strict=True))


def _teams(scheme: str, host: str, path: str, options: Parts) -> Parts:
    if scheme not in ("workflow", "workflows", "https"):
        raise _refused(f"must be of a workflow, as in {TEAMS_EXAMPLE}")
    if not TEAMS_HOST.fullmatch(host):
        raise _refused(
            "must lead to a host of Microsoft's workflows, which ends with .logic.azure.com or "
            ".environment.api.powerplatform.com"
        )
    workflow, signature, options = _copied(path, options) if scheme == "https" else _written(path, options)
    for name, value in options.items():
        if name not in _OPTIONS:
            raise _refused(f"must not have the option “{name}”")
        if not re.fullmatch(_OPTIONS[name], value):
            raise _refused(f"has a wrong value for the option “{name}”")
    if not _PART.fullmatch(workflow) or not _PART.fullmatch(signature):
        raise _refused(f"must have the workflow and its signature, as in {TEAMS_EXAMPLE}")
    return {"host": host, "workflow": workflow, "signature": signature} | options


def _written(path: str, options: Parts) -> tuple[str, str, Parts]:
    """The workflow, its signature and the options of Apprise's notation."""
    workflow, _, signature = path.strip("/").partition("/")
    return workflow, signature, options


def _copied(path: str, options: Parts) -> tuple[str, str, Parts]:
    """The same of the address that Microsoft shows; empty parts if it is not one."""
    match = _TEAMS_WEBHOOK.fullmatch(path)
    if match is None:
        return "", "", {}
    kept = {name: value for name, value in options.items() if name not in ("sp", "sv", "sig", "api-version")}
    if version := options.get("api-version"):
        kept["ver"] = version
    if match["automate"]:
        kept["pa"] = "yes"
    if match["route"]:
        kept["route"] = match["route"]
    return match["workflow"], options.get("sig", ""), kept


def _refused(message: str) -> Problem:
    return field_problem("address", message)
