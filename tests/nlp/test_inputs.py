import json
from pathlib import Path

import pytest

from nlp import Draft, language
from nlp.coach import Coach
from nlp.inputs import count_units
from nlp.language import blocks
from nlp.model import MAX_DRAFT_UNITS
from tests.nlp.drafts import COSTLY

LABELLED = Path(__file__).parents[2] / "nlp/training/labels/drafts.jsonl"


def test_no_labelled_draft_comes_near_the_limit():
    texts = [json.loads(line)["text"] for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    assert max(map(count_units, texts)) * 10 < MAX_DRAFT_UNITS


@pytest.mark.parametrize("name", COSTLY)
def test_at_the_limit_few_tokens_reach_the_pipeline_and_each_batch_is_short(name, monkeypatch):
    """Counted in tokens, so that the test does not depend on the machine. A word may be two tokens ("im"), never more here."""
    tokens, batches = [], []
    to_block, split = blocks.to_block, blocks._batches
    monkeypatch.setattr(blocks, "to_block", lambda doc: tokens.append(len(doc)) or to_block(doc))
    monkeypatch.setattr(blocks, "_batches", lambda texts, limit: (batches.append(b) or b for b in split(texts, limit)))
    text = COSTLY[name]
    while count_units(text) > MAX_DRAFT_UNITS:
        text = text[: len(text) * MAX_DRAFT_UNITS // count_units(text) - 1]
    language.clear_cache()
    Coach().assess(Draft("x-post", text))
    assert sum(tokens) <= 2 * MAX_DRAFT_UNITS
    assert max(tokens) <= 224
