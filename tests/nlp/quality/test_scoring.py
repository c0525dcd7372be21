import json

import pytest

from nlp import Coach, Draft
from nlp.quality.document import digest
from nlp.quality.scoring import LATER, ScoringError, catalogue, load_scoring


@pytest.fixture
def document():
    return load_scoring().document


def test_a_version_is_named_by_its_content(document):
    scoring = load_scoring(document)
    assert scoring.version == digest(document) == load_scoring().version
    assert scoring.current


def test_a_document_survives_json_and_a_file(document, tmp_path):
    path = tmp_path / "scoring.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert load_scoring(path).version == load_scoring().version


def test_a_change_gives_another_version_and_does_not_modify_the_first():
    first = load_scoring()
    second = first.changed(weights={"hook": 1}, rules={"Repute.Buzzwords": {"on": False}})
    assert second.version == digest(second.document) != first.version
    assert (second.weights["hook"], second.is_on("Repute.Buzzwords")) == (1, False)
    assert first.is_on("Repute.Buzzwords")
    back = second.changed(weights={"hook": first.weights["hook"]}, rules={"Repute.Buzzwords": {"on": True}})
    assert back.version == first.version


def test_a_document_cannot_be_changed_from_outside():
    scoring = load_scoring()
    scoring.document["rubric"]["weights"]["hook"] = 99
    scoring.weights["hook"] = 99
    assert scoring.document["rubric"]["weights"]["hook"] != 99
    assert digest(scoring.document) == scoring.version


def test_versions_share_the_models_of_the_weights_that_they_share(document):
    first, changed, loaded = load_scoring(), load_scoring().changed(weights={"hook": 1}), load_scoring(document)
    for name in ("marks", "profile_marks", "kinds", "levers", "genericness", "wordings"):
        assert getattr(first, name) is getattr(changed, name) is getattr(loaded, name)


def test_other_weights_under_a_known_hash_are_refused(document):
    load_scoring(document)
    document["kinds"]["weights"]["intercepts"][0] += 1
    with pytest.raises(ScoringError, match=r"kinds\.sha256: does not match the weights"):
        load_scoring(document)


def test_points_of_a_rule_reach_the_rubric():
    scoring = load_scoring().changed(rules={"Repute.Buzzwords": {"points": 3.5}})
    assert scoring.rubric("linkedin-post").costs["Repute.Buzzwords"] == 35
    assert next(rule for rule in scoring.rules if rule["id"] == "Repute.Buzzwords")["points"] == 3.5


def test_every_rule_is_listed_once():
    listed = [rule["id"] for rule in load_scoring().rules]
    assert listed == sorted({info.id for info in catalogue()})


def test_another_softwares_version_keeps_its_name_until_renewed(document):
    document["engine"] = "0" * 64
    document["rules"]["Gone.Rule"] = {"on": True, "points": 1.0}
    old = load_scoring(document)
    assert (old.current, old.version) == (False, digest(document))
    assert old.renewed().version == load_scoring().version


def change(document, path, value):
    *steps, last = path.split("/")
    for step in steps:
        document = document[step]
    if value is KeyError:
        del document[last]
    else:
        document[last] = value


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("format", 2, "format"),
        ("format", True, "format"),
        ("surprise", 1, "surprise"),
        ("rubric/weights/hook", 101, "rubric.weights.hook"),
        ("rubric/weights/hook", -1, "rubric.weights.hook"),
        ("rubric/weights/hook", "12", "rubric.weights.hook"),
        ("rubric/weights/hook", KeyError, "rubric.weights.hook"),
        ("rubric/weights/charm", 5, "rubric.weights"),
        ("rubric/weights", dict.fromkeys(load_scoring().weights, 0), "rubric.weights"),
        ("rubric/emphasis", {"fax": {"hook": 50}}, "rubric.emphasis"),
        ("rubric/emphasis", {"x-post": {"charm": 50}}, "rubric.emphasis.x-post"),
        ("rubric/shares", {"charm": 2}, "rubric.shares"),
        ("rubric/middles", {"charm": 2}, "rubric.middles"),
        ("rubric/drafts/bands/good", 99, "rubric.drafts.bands"),
        ("rubric/drafts/agreed/good", KeyError, "rubric.drafts.agreed"),
        ("rubric/bands/good", 99, "rubric.bands"),
        ("rules/Repute.Nothing", {"on": True}, "rules"),
        ("rules/Repute.Buzzwords", {"on": "yes"}, "rules.Repute.Buzzwords.on"),
        ("rules/Repute.Buzzwords", {"on": True, "points": 21}, "rules.Repute.Buzzwords.points"),
        ("rules/Repute.Buzzwords", {"on": True, "points": float("nan")}, "rules.Repute.Buzzwords.points"),
        ("learned/bait", KeyError, "learned.bait"),
        ("learned/bait/sha256", "0" * 64, "learned.bait.sha256"),
        ("learned/bait/weights/intercept", 0.5, "learned.bait.sha256"),
        ("learned/bait/weights/intercept", float("inf"), "learned.bait.weights.intercept"),
        ("learned/bait/weights/weights/words", 1e7, "learned.bait.weights.weights.words"),
    ],
)
def test_a_malformed_document_is_refused_in_one_line_naming_the_field(document, path, value, field):
    change(document, path, value)
    with pytest.raises(ScoringError) as refused:
        load_scoring(document)
    assert str(refused.value).startswith(f"{field}")
    assert "\n" not in str(refused.value)


def test_weights_for_unknown_features_are_refused(document):
    part = document["learned"]["bait"]
    part["weights"]["weights"]["handle:somebody"] = 1.0
    part["sha256"] = digest(part["weights"])
    with pytest.raises(ScoringError, match=r"learned\.bait\.weights\.weights\.handle:somebody: is unknown"):
        load_scoring(document)


@pytest.mark.parametrize("content", ["", "[]", "{", "\udcff"])
def test_a_file_that_is_no_document_is_refused(tmp_path, content):
    path = tmp_path / "scoring.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ScoringError, match=r"^scoring\.json: "):
        load_scoring(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ScoringError, match="cannot be read"):
        load_scoring(tmp_path / "none.json")


@pytest.fixture
def old(document):
    """A version as an earlier release wrote it: fewer learned models, weights with centres, rules since gone."""
    bait = document["learned"]["bait"]["weights"]
    bait["centres"] = dict.fromkeys(bait["weights"], 0.5)
    learned = {"bait": {"sha256": digest(bait), "weights": bait}}
    return {**document, "engine": "0" * 64, "learned": learned, "rules": {"Repute.Gone": {"on": True, "points": 1.0}}}


def test_a_version_of_an_earlier_release_still_judges(old):
    scoring = load_scoring(old)
    assert not scoring.current
    assert load_scoring(scoring.document).version == scoring.version
    assert scoring.learned("opening") is None
    draft = Draft("linkedin-post", "We lost a deal in March because our quote took nine days. What slows yours down?")
    assessment = Coach(scoring).assess(draft)
    assert sum(part.tenths for part in assessment.contributions) == 10 * assessment.score
    assert "level" not in {m.name for m in assessment.measures}
    assert (
        Coach(scoring).compare("linkedin-post", draft.text, "Why quotes take so long, and how to cut them").preferred
        == "undecided"
    )


@pytest.mark.parametrize("name", LATER)
def test_a_version_that_is_older_than_a_part_keeps_its_hash(document, name):
    del document[name]
    document["engine"] = "0" * 64
    assert load_scoring(document).version == digest(document)


def test_a_version_without_kinds_keeps_its_name_and_tells_none(old):
    del old["kinds"]
    scoring = load_scoring(old)
    assert "kinds" not in scoring.document
    assert load_scoring(scoring.document).version == scoring.version
    assert (
        Coach(scoring).assess(Draft("linkedin-post", "We lost a deal in March because our quote took nine days.")).kind is None
    )


def test_kinds_that_do_not_fit_together_are_refused(document):
    document["kinds"]["weights"]["numbers"]["whole:unheard"] = [0.0] * 20
    document["kinds"]["sha256"] = digest(document["kinds"]["weights"])
    with pytest.raises(ScoringError, match=r"kinds\.weights\.numbers\.whole:unheard: is unknown"):
        load_scoring(document)


def test_a_version_of_an_earlier_release_is_renewed_with_the_learned_weights_of_this_one(old):
    renewed = load_scoring(old).renewed()
    assert renewed.current
    assert renewed.document["learned"] == load_scoring().document["learned"]
    assert "Repute.Gone" not in renewed.document["rules"]
