"""Styles as they are published, unchanged."""

import json
import os
from pathlib import Path

import pytest
import yaml

from nlp.rules.vale import Linter, styles
from nlp.rules.vale.load import load_rule

CONFORMANCE = Path(os.environ.get("REPUTE_CONFORMANCE", Path(__file__).parents[4] / "shared" / "conformance")) / "vale-styles"
EXAMPLES = yaml.safe_load(Path(__file__).with_name("published.yml").read_text(encoding="utf-8"))
pytestmark = pytest.mark.skipif(not CONFORMANCE.is_dir(), reason=f"no published styles at {CONFORMANCE}")


@pytest.mark.parametrize(("style", "rules"), [("Google", 31), ("Microsoft", 40), ("alex", 11), ("write-good", 8)])
def test_every_published_rule_loads(style, rules):
    loaded = styles.load(CONFORMANCE / style)
    assert loaded.problems == ()
    assert len(loaded.rules) == len(list((CONFORMANCE / style).glob("*.yml"))) == rules


@pytest.mark.parametrize("check", EXAMPLES)
def test_every_published_rule_fires_on_its_example(check):
    style, name = check.split(".")
    text, marked = EXAMPLES[check]
    alerts = Linter((load_rule(CONFORMANCE / style / f"{name}.yml"),)).run(text, markdown=True).alerts
    assert marked in [alert["Match"] for alert in alerts]


def test_every_published_rule_has_an_example():
    assert set(EXAMPLES) == {rule.id for rule in styles.load(CONFORMANCE).rules}


def test_published_styles_answer_as_json(tmp_path, call):
    text = tmp_path / "post.md"
    text.write_text("So we obviously utilize it, e.g. in order to win.\n", encoding="utf-8")
    answer = call("lint", "--styles", str(CONFORMANCE), str(text))
    checks = {alert["Check"] for alert in json.loads(answer.stdout)[str(text)]}
    assert checks >= {"write-good.So", "write-good.TooWordy", "alex.Condescending", "Google.Latin", "Microsoft.Wordiness"}
