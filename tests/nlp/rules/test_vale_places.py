"""Where alerts are in Markdown."""

import pytest

from nlp.rules.vale import Linter
from tests.nlp.rules.rule_factory import rule

MARKDOWN = """---
title: The dock in spring
---

# The *first* dock of `pump  start` &amp; its \\* star

A **bold pump**, a [linked valve](https://example.com/valve "a valve") and ![a picture](pump.png), then
a hard\\
break and <b>inline</b> words, see https://example.com/pump too.

- an item
  that goes on
  - a nested item

1. a number

> A quotation
> of two lines

| pump | valve |
| ---- | ----- |
| cell | `code` cell |

<div class="loud">
A block &amp; more.
</div>

[A reference][ref] at the end.

[ref]: https://example.com
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_word_is_marked_where_it_is_written(line_end):
    alerts = Linter((rule(extends="existence", tokens=[r"\w+"]),)).run(MARKDOWN.replace("\n", line_end), markdown=True).alerts
    lines = MARKDOWN.split("\n")
    assert len(alerts) == 55
    for alert in alerts:
        first, last = alert["Span"]
        assert lines[alert["Line"] - 1][first - 1 : last] == alert["Match"]


def test_html_that_is_never_closed_is_read_to_the_end():
    alerts = (
        Linter((rule(extends="existence", tokens=["bad"]),)).run("<div>\nA bad pump.\n\n<b>A bad valve", markdown=True).alerts
    )
    assert [(alert["Line"], alert["Span"]) for alert in alerts] == [(2, [3, 5]), (4, [6, 8])]
