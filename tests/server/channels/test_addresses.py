"""Which addresses are accepted: Slack's and Microsoft's, and no other service, host, file or option."""

from __future__ import annotations

import pytest

from server.channels.addresses import SLACK_EXAMPLE, TEAMS_EXAMPLE, ending, parse
from server.core.problems import Problem, as_sentence

TOKENS = {"token_a": "T1JJ3T3L2", "token_b": "A1BRTD4JD", "token_c": "TIiajkdnlazkcOXrIdevi7"}
HOST = "prod-12.westeurope.logic.azure.com"
FLOW = "default1a2b3c.4d.environment.api.powerplatform.com"
RUN = "triggers/manual/paths/invoke"


@pytest.mark.parametrize(
    "address",
    [SLACK_EXAMPLE, f" {SLACK_EXAMPLE}/ ", f"https://hooks.slack.com/services/{SLACK_EXAMPLE.removeprefix('slack://')}"],
)
def test_slack_in_both_notations(address):
    assert parse("slack", address) == TOKENS
    assert ending(TOKENS) == "evi7"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (TEAMS_EXAMPLE, {"host": HOST, "workflow": "workflow", "signature": "signature"}),
        (f"workflow://{HOST}:443/643e69f8/KtMZ-x?ver=2016-06-01",
         {"host": HOST, "workflow": "643e69f8", "signature": "KtMZ-x", "ver": "2016-06-01"}),
        (f"https://{HOST}:443/workflows/643e69f8/{RUN}?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KtMZ-x",
         {"host": HOST, "workflow": "643e69f8", "signature": "KtMZ-x", "ver": "2016-06-01"}),
        (f"https://{FLOW}:443/powerautomate/automations/direct/cu/12/workflows/643e69f8/{RUN}?api-version=1&sp=x&sv=1.0&sig=KtMZ-x",
         {"host": FLOW, "workflow": "643e69f8", "signature": "KtMZ-x", "ver": "1", "pa": "yes", "route": "12"}),
    ],
)  # fmt: skip
def test_teams_in_both_notations(address, expected):
    assert parse("teams", address) == expected


@pytest.mark.parametrize(
    ("service", "address", "said"),
    [
        ("teams", "msteams://a@b/c/d/e", "This begins with msteams://, whose webhooks Microsoft has ended; create a workflow"),
        ("slack", "msteams://a@b/c/d/e", "This begins with msteams://"),
        ("slack", TEAMS_EXAMPLE, "This must be of an incoming webhook of Slack, as in slack://"),
        ("teams", SLACK_EXAMPLE, "This must be of a workflow, as in workflows://"),
        ("slack", "json://127.0.0.1/", "must be of an incoming webhook"),
        ("slack", "file:///etc/passwd", "must be of an incoming webhook"),
        ("slack", "mailto://user:secret@example.com", "must not have a user name"),
        ("slack", "https://hooks.slack.com.evil.example/services/A/B/C", "must be of an incoming webhook"),
        ("slack", "https://hooks.slack.com/services/A/B", "must have the three parts"),
        ("slack", "slack://xoxb-1234-1234-abcdef/#sales", "must not have a user name, a fragment"),
        ("slack", "slack://xoxb-1234-1234-abcdef/sales", "must have the three parts"),
        ("slack", "slack://bot@A/B/C", "must not have a user name"),
        ("slack", "slack://A/B/C/%23general", "must have the three parts"),
        ("slack", "slack://A/B/C?template=/etc/passwd", "must not have options such as “template”"),
        ("slack", "slack://A/B/C?mode=bot", "must not have options such as “mode”"),
        ("teams", "workflows://127.0.0.1/w/s", "must lead to a host of Microsoft's workflows"),
        ("teams", "workflows://169.254.169.254/w/s", "must lead to a host of Microsoft's workflows"),
        ("teams", "workflows://localhost/w/s", "must lead to a host of Microsoft's workflows"),
        ("teams", "workflows://logic.azure.com.evil.example/w/s", "must lead to a host of Microsoft's workflows"),
        ("teams", "workflows://evil-logic.azure.com/w/s", "must lead to a host of Microsoft's workflows"),
        ("teams", f"workflows://{HOST}:8443/w/s", "must not have a user name, a fragment or another port"),
        ("teams", f"workflows://{HOST}:x/w/s", "is not a complete address"),
        ("teams", f"workflows://{HOST}/w", "must have the workflow and its signature"),
        ("teams", f"workflows://{HOST}/w/s/../x", "must have the workflow and its signature"),
        ("teams", f"workflows://{HOST}/w/s?template=https://127.0.0.1/x", "must not have the option “template”"),
        ("teams", f"workflows://{HOST}/w/s?redirect=yes", "must not have the option “redirect”"),
        ("teams", f"workflows://{HOST}/w/s?verify=no", "must not have the option “verify”"),
        ("teams", f"workflows://{HOST}/w/s?ver=1%26x", "has a wrong value for the option “ver”"),
        ("teams", f"https://{HOST}/other/w", "must have the workflow and its signature"),
        ("teams", "", "must have 1 to 1000 characters"),
        ("slack", "x" * 1001, "must have 1 to 1000 characters"),
    ],
)
def test_everything_else_is_refused_in_words(service, address, said):
    with pytest.raises(Problem) as refused:
        parse(service, address)
    assert refused.value.status == 422
    assert said in as_sentence(refused.value)
