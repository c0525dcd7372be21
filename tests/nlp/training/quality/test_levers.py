"""The fit of the levers and of their worth."""

import numpy as np
import pytest

from nlp.coach import Coach
from nlp.model import LEVERS
from nlp.quality.scoring import WEIGHTS, load_scoring
from nlp.training import labels
from nlp.training.quality import levers
from nlp.training.quality.levers import Rewrite


def test_judges_only_use_the_levers_of_the_model():
    named = {lever for draft in labels.drafts("feed") for lever in (*draft.levers, *draft.second_levers)}
    assert named == set(LEVERS)


def test_rewrites_differ_from_their_drafts_and_follow_a_lever():
    drafts = {draft.id: draft for draft in labels.drafts("feed")}
    rows = labels.rows("feed/rewrites")
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["lever"] in LEVERS
        assert row["text"] != drafts[row["id"]].text
        assert row["advised_by"] == "coach" or row["lever"] in drafts[row["id"]].levers


def test_no_rewrite_of_a_held_out_draft_is_fitted():
    drafts = {draft.id: draft for draft in labels.drafts("feed")}
    fitted, measured = levers.rewrites(Coach()), levers.rewrites(Coach(), held_out=True)
    assert not any(drafts[row.draft_id].is_held_out for row in fitted)
    assert any(drafts[row.draft_id].is_held_out for row in measured)


def test_shares_follow_what_rewrites_gained():
    chances = {f"d{i}": np.full(len(LEVERS), 1.0) for i in range(100)}
    gains = [Rewrite(f"d{i}", "case", 25, 25) for i in range(40)]
    gains += [Rewrite(f"d{i}", "form", 25, 5) for i in range(40, 80)]
    gains += [Rewrite(f"d{i}", "case", 25, 20, "coach") for i in range(80, 100)]
    shares = levers.shares(gains, chances)
    assert shares["case"] > 2 * shares["form"]
    assert shares["case"] == pytest.approx(0.4, abs=0.01)


def test_a_second_lever_counts_less_than_a_first():
    draft = next(d for d in labels.drafts("feed") if len(set(d.levers)) == 1 and len(set(d.second_levers) - set(d.levers)) == 1)
    shares = levers.shares_of(draft)
    assert shares.sum() == pytest.approx(1)
    assert shares[LEVERS.index(draft.levers[0])] > shares[LEVERS.index(draft.second_levers[0])] > 0


def test_the_packaged_weights_are_those_of_the_file():
    text = (WEIGHTS / "levers.json").read_text(encoding="utf-8")
    assert levers.LeverWeights.model_validate_json(text).model_dump(mode="json") == load_scoring().document["levers"]["weights"]
