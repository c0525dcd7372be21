import threading
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp import Coach, Draft, InputError, Profile, ScoringError, rules
from nlp.model import DRAFT_SURFACES, MAX_DRAFT_UNITS, MAX_DRAFT_UTF16
from tests.nlp.drafts import COSTLY, EMOJI_FIRST, FOREIGN, GOOD, GOOD_REPLY, HOSTILE, WEAK

COACH = Coach()
PIECES = [
    *(
        "we",
        "leverage",
        "synergies",
        "very unique",
        "buyers",
        "lost",
        "12",
        "%",
        "Tuesday",
        "!!",
        "?",
        ".",
        "\n\n",
        "🎉",
        "👩‍💻",
    ),
    *(
        "#b2bsales",
        "@ann",
        "https://acme.com/a",
        "in order to",
        "Thoughts?",
        "I'm thrilled to announce that",
        "the the",
        "café",
    ),
    *("like if you agree", "日本", "𝗕𝗶𝗴", "STOP DOING THIS", "don’t", "in today's fast-paced world,"),
]
PROSE = st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join)
ANYTHING = st.one_of(PROSE, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=400))


@given(text=ANYTHING, surface=st.sampled_from(DRAFT_SURFACES))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_assessment_invariants(text, surface):
    assessment = COACH.assess(Draft(surface, text))
    if assessment.score is None:
        assert assessment.note
        assert not assessment.contributions
    else:
        assert 0 <= assessment.score <= 100
        assert assessment.confidence.low <= assessment.score <= assessment.confidence.high
        assert sum(part.tenths for part in assessment.contributions) == assessment.score * 10
    for value in assessment.dimensions.values():
        assert 0 <= value <= 100
    for finding in assessment.findings:
        if finding.span:
            assert 0 <= finding.span.start < finding.span.end <= len(text)
            assert finding.quote == finding.span.of(text)
        assert "%s" not in finding.message or "%s" in text
        assert finding.points <= 0
    for left, right in pairwise(assessment.sentences):
        assert left.end <= right.start
    for measure in assessment.measures:
        assert measure.goodness is None or 0 <= measure.goodness <= 1
    assert COACH.assess(Draft(surface, text)) == assessment


@given(text=ANYTHING)
@settings(max_examples=60, deadline=None)
def test_json_offsets_are_utf16_code_units(text):
    units = text.encode("utf-16-le")
    for finding in COACH.assess(Draft("linkedin-post", text)).to_json()["findings"]:
        if finding["span"]:
            start, length = finding["span"]["offset"], finding["span"]["length"]
            assert units[2 * start : 2 * (start + length)].decode("utf-16-le") == finding["quote"]


def test_an_emoji_before_a_finding_moves_it_by_two_units():
    finding = next(
        f for f in COACH.assess(Draft("linkedin-post", EMOJI_FIRST)).to_json()["findings"] if f["quote"] == "leverage"
    )
    assert finding["span"] == {"offset": 8, "length": 8}


def test_findings_of_a_weak_draft_offer_replacements():
    findings = {f.quote: f for f in COACH.assess(Draft("linkedin-post", WEAK)).findings}
    assert findings["I'm thrilled to announce that we"].replacements == ("We",)
    assert findings["leverage"].replacements == ("use",)
    assert findings["in order to"].replacements == ("to",)
    assert findings["In today's fast-paced world, companies"].replacements == ("Companies",)
    assert findings["Thoughts?"].rule == "Repute.EmptyQuestion"
    assert findings["#b2bsales"].replacements == ("#B2BSales",)


def test_applying_a_replacement_removes_its_finding():
    for finding in COACH.assess(Draft("linkedin-post", WEAK)).findings:
        for replacement in finding.replacements:
            fixed = WEAK[: finding.span.start] + replacement + WEAK[finding.span.end :]
            left = [(f.rule, f.quote) for f in COACH.assess(Draft("linkedin-post", fixed)).findings]
            assert (finding.rule, finding.quote) not in left


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("surface", DRAFT_SURFACES)
def test_foreign_text_has_no_score_and_no_findings(surface, language):
    assessment = COACH.assess(Draft(surface, FOREIGN[language]))
    assert (assessment.score, assessment.band, assessment.findings, assessment.measures) == (None, None, (), ())
    assert assessment.note.code == "not-english"
    assert assessment.length.used


def test_sentence_ranges_are_stable_while_typing():
    whole = "They asked for it twice in May. We leverage our forms for it in every town we know"
    for end in range(len("They asked for it twice in May. We"), len(whole)):
        ranges = COACH.assess(Draft("linkedin-post", whole[:end])).to_json()["sentence_ranges"]
        assert [sentence["offset"] for sentence in ranges] == [0, 32]


def test_keys_and_model_numbers_are_not_foreign_language():
    keys = " ".join("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b" for _ in range(12))
    assert COACH.assess(Draft("linkedin-post", f"A planner counted the stops. {keys}")).note is None


def test_only_the_english_part_of_a_mixed_text_is_scored():
    english = (
        "Nine pallets in a hundred came back with a torn label.",
        "We leverage synergies in order to move the needle. What would you have counted first?",
    )
    alone = COACH.assess(Draft("linkedin-post", "\n\n".join(english)))
    mixed = COACH.assess(Draft("linkedin-post", f"{english[0]}\n\n{FOREIGN['German']}\n\n{english[1]}"))
    assert (alone.note, mixed.note.code) == (None, "partly-english")
    assert mixed.score is not None
    findings_alone, findings_mixed = ({(f.rule, f.quote) for f in a.findings if f.quote} for a in (alone, mixed))
    assert findings_alone == findings_mixed
    layout = ("paragraph_length", "opening_length")
    measures_alone, measures_mixed = ({m.name: m.value for m in a.measures if m.name not in layout} for a in (alone, mixed))
    assert measures_alone == measures_mixed


def test_foreign_text_gets_layout_findings_and_the_bait_gate():
    text = "Like if you agree! #a1 #a2 #a3 #a4 #a5 #a6\n\n" + FOREIGN["German"] * 40
    assessment = COACH.assess(Draft("linkedin-post", text))
    rules = {finding.rule for finding in assessment.findings}
    assert rules == {f"Repute.{name}" for name in ("TooLong", "WallOfText", "ManyHashtags", "ReactionBait")}
    assert (assessment.score, assessment.gate.state) == (None, "held")


def test_compare_is_undecided_for_foreign_text():
    comparison = COACH.compare("x-post", FOREIGN["German"], "Four calls, one deal, and it was the form.")
    assert (comparison.preferred, comparison.probability_a) == ("undecided", 0.5)
    assert "not in English" in comparison.basis


@pytest.mark.parametrize("surface", DRAFT_SURFACES)
def test_compare_never_prefers_an_empty_wording(surface):
    for pair in ((WEAK, ""), (" ", WEAK), ("", "")):
        assert COACH.compare(surface, *pair).preferred == "undecided"


@pytest.mark.parametrize(("surface", "text"), [("linkedin-post", GOOD), ("x-reply", GOOD_REPLY)])
def test_a_good_draft_has_no_findings(surface, text):
    assessment = COACH.assess(Draft(surface, text))
    assert assessment.findings == ()
    assert assessment.band in ("good", "strong")


def test_a_weak_draft_scores_below_a_good_one():
    weak, good = (COACH.assess(Draft("linkedin-post", text)) for text in (WEAK, GOOD))
    assert weak.band == "needs-work"
    assert weak.score + 30 < good.score


def test_protected_talk_has_no_score_and_no_findings():
    assessment = COACH.assess(Draft("linkedin-post", "We leverage synergies, but my salary has not moved in three years."))
    assert assessment.gate.state == "protected"
    assert (assessment.score, assessment.findings, assessment.contributions, assessment.measures) == (None, (), (), ())


def test_scoring_versions_cannot_switch_off_protection():
    with pytest.raises(ScoringError, match=r"Repute\.Protected"):
        COACH.scoring.changed(rules={"Repute.Protected": {"on": False}})
    off = COACH.scoring.changed(rules={rule["id"]: {"on": False} for rule in COACH.scoring.rules})
    assert Coach(off).assess(Draft("linkedin-post", "My salary has not moved in three years.")).gate.state == "protected"


def test_gate_rules_apply_even_when_the_rep_switched_them_off():
    text = "We asked 41 buyers why they left, and 19 gave the same answer. Like if you agree!"
    switched_off = frozenset({"Repute.ReactionBait"})
    assert COACH.assess(Draft("linkedin-post", text), switched_off=switched_off).gate.state == "held"


@pytest.mark.parametrize("surface", DRAFT_SURFACES)
def test_gate_reason_names_only_its_own_platform(surface):
    assessment = COACH.assess(Draft(surface, "We asked 41 buyers why they left. RT if your week was long."))
    (reason,) = assessment.gate.reasons
    (finding,) = [finding for finding in assessment.findings if finding.rule == "Repute.ReactionBait"]
    assert reason == finding.message
    assert ("LinkedIn" in reason + finding.why) == surface.startswith("linkedin")
    assert finding.evidence.source == ("L5" if surface.startswith("linkedin") else "X5")


def test_an_opening_that_reads_like_bait_is_a_tip_on_the_whole_first_sentence():
    opening = "This is the one thing you need to know about your pipeline, and here is why it will make you so happy."
    assessment = COACH.assess(Draft("linkedin-post", f"{opening} We asked 41 buyers, and 19 named the form."))
    (tip,) = [finding for finding in assessment.findings if finding.rule == "Repute.BaitOpening"]
    assert (tip.severity, tip.quote, assessment.gate.state) == ("tip", opening, "open")


def test_switched_off_rules_have_no_findings():
    quiet = COACH.assess(Draft("linkedin-post", WEAK), switched_off=frozenset({"Repute.Buzzwords"}))
    assert "Repute.Buzzwords" not in {finding.rule for finding in quiet.findings}


def test_scoring_version_switches_and_prices_rules():
    changed = COACH.scoring.changed(rules={"Repute.Buzzwords": {"on": False}, "Repute.EmptyQuestion": {"points": 5.0}})
    assessment = Coach(changed).assess(Draft("linkedin-post", WEAK))
    points = {finding.rule: finding.points for finding in assessment.findings}
    assert "Repute.Buzzwords" not in points
    assert points["Repute.EmptyQuestion"] == -50
    assert assessment.scoring_version == changed.version != COACH.scoring.version


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_assessed(name):
    for surface in DRAFT_SURFACES:
        # Reading does not depend on the surface: the whole text on one, its beginning on all.
        text = HOSTILE[name][: None if surface == "linkedin-post" and name not in COSTLY else 3_000]
        assert COACH.assess(Draft(surface, text)).to_json()["surface"] == surface


@pytest.mark.parametrize("name", COSTLY)
def test_costly_texts_are_refused_before_the_pipeline_reads_them(name, monkeypatch):
    read = []
    monkeypatch.setattr("nlp.language.read", read.append)
    profile = Profile("linkedin-profile", {"about": COSTLY[name]})
    for field, call in {
        "text": lambda: COACH.assess(Draft("x-post", COSTLY[name])),
        "a": lambda: COACH.compare("x-post", COSTLY[name], GOOD),
        "b": lambda: COACH.compare("x-post", GOOD, COSTLY[name]),
        "sections": lambda: COACH.assess(profile),
    }.items():
        with pytest.raises(InputError) as caught:
            call()
        assert (caught.value.field, caught.value.limit, caught.value.code) == (field, MAX_DRAFT_UNITS, "too-many-units")
    assert not read


@pytest.mark.parametrize(
    ("text", "limit", "part"),
    [
        ("a" * (MAX_DRAFT_UTF16 + 1), MAX_DRAFT_UTF16, "30,000"),
        ("🎉" * (MAX_DRAFT_UTF16 // 2 + 1), MAX_DRAFT_UTF16, "30,000"),
        ("pump\0pump", None, "NUL"),
        ("pump\ud83d", None, "surrogate"),
    ],
)
def test_invalid_text_raises_input_error_with_field_and_limit(text, limit, part):
    with pytest.raises(InputError, match=part) as caught:
        COACH.assess(Draft("linkedin-post", text))
    assert (caught.value.field, caught.value.limit) == ("text", limit)
    assert "pump" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" \n", "empty"),
        ("Four calls.", "too-short"),
        (FOREIGN["German"], "not-english"),
        ("My salary has not moved in three years.", "protected"),
        (GOOD, ""),
    ],
)
def test_note_codes(text, code):
    answer = COACH.assess(Draft("linkedin-post", text)).to_json()
    assert answer["note_code"] == code
    assert bool(answer["note"]) == bool(code)


def test_patterns_scan_a_draft_once(monkeypatch):
    scans = []
    prefilter = rules.prefilter
    monkeypatch.setattr("nlp.rules.organisation.prefilter", lambda reading: scans.append(reading) or prefilter(reading))
    monkeypatch.setattr("nlp.rules.findings.prefilter", None)
    assert COACH.assess(Draft("linkedin-post", WEAK)).findings
    assert len(scans) == 1


def test_near_copy_is_a_fact_that_only_the_caller_knows():
    findings = COACH.assess(Draft("linkedin-post", GOOD, near_copy=True)).findings
    assert [finding.rule for finding in findings] == ["Repute.NearCopy"]


def test_unknown_surface_raises_input_error():
    with pytest.raises(InputError) as caught:
        COACH.assess(Draft("fax", "Four calls, one deal."))
    assert caught.value.field == "surface"


def test_threads_share_one_coach():
    expected = COACH.assess(Draft("linkedin-post", WEAK))
    answers = []

    def assess():
        answers.extend(COACH.assess(Draft("linkedin-post", WEAK)) == expected for _ in range(5))

    threads = [threading.Thread(target=assess) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 30


def test_protection_recall_and_false_positives():
    texts = yaml.safe_load(Path(__file__).with_name("protected.yml").read_text(encoding="utf-8"))
    found = {kind: [bool(COACH.assess(Draft("linkedin-post", text)).gate.unread) for text in texts[kind]] for kind in texts}
    assert sum(found["ordinary"]) == 0
    assert sum(found["protected"]) >= 115


def test_only_the_protected_sentence_is_left_unread():
    text = "We leverage synergies 🙂. My salary has not moved in years. " + GOOD
    assessment = COACH.assess(Draft("linkedin-post", text))
    answer = assessment.to_json()
    assert assessment.score is not None
    assert answer["gate"]["state"] == "open"
    assert [trigger["quote"] for trigger in answer["gate"]["triggers"]] == ["My salary"]
    (unread,) = answer["gate"]["unread"]
    assert unread == {"offset": text.index("My salary") + 1, "length": len("My salary has not moved in years.")}
    assert "leverage" in {finding.quote for finding in assessment.findings}


def test_no_finding_lies_in_an_unread_sentence():
    text = f"My salary went down while we leverage synergies. {GOOD}"
    assessment = COACH.assess(Draft("linkedin-post", text))
    (unread,) = assessment.gate.unread
    assert all(finding.span is None or finding.span.start >= unread.end for finding in assessment.findings)


@pytest.mark.parametrize("text", [WEAK, GOOD])
def test_no_advice_is_about_an_unread_sentence(text):
    assessment = COACH.assess(Draft("linkedin-post", f"{text} My diagnosis came in May with 41 pages."))
    (unread,) = assessment.gate.unread
    spans = [span for advice in assessment.advice for span in advice.spans]
    assert all(span.end <= unread.start for span in spans)
    assert not any("41" in advice.message or "diagnosis" in advice.message for advice in assessment.advice)


def test_the_writer_can_say_that_a_text_is_about_business():
    text = "My salary has not moved in three years, so we built a planner for raises."
    assert COACH.assess(Draft("linkedin-post", text)).gate.state == "protected"
    gate = COACH.assess(Draft("linkedin-post", text, read_anyway=True)).gate
    assert (gate.state, gate.unread, gate.triggers) == ("open", (), ())
    assert COACH.assess(Draft("linkedin-post", text, trade_words=("salary",))).gate.unread == ()


def test_comparing_two_wordings_asks_nothing_of_the_gate():
    comparison = COACH.compare(
        "x-post", "My salary has not moved in three years.", "My salary stood still, and here is why it did."
    )
    assert comparison.basis != COACH.assess(Draft("x-post", "My salary has not moved.")).note.message
