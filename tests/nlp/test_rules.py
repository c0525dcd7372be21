import re
from itertools import pairwise

import pytest

from nlp import Coach, Draft, rules
from nlp.language import read
from nlp.model import DRAFT_SURFACES
from nlp.quality import bait
from nlp.quality.scoring import load_scoring
from nlp.rules import RuleError
from nlp.rules.checks import CHECKS
from nlp.rules.load import load_rule

#: Rows of EVIDENCE.md that are off or must never be built: nothing that is switched on may rest on them.
NEVER = {"L4", "L9", "L15", "L16", "L18", "X3", "X4", "W7", "P5", "P8"}
EXAMPLES = [
    pytest.param(rule, kind, text, id=f"{rule.info.id}-{kind}-{number}")
    for rule in rules.packaged()
    for kind in ("fires", "quiet")
    for number, text in enumerate(getattr(rule, kind), start=1)
]


@pytest.mark.parametrize(("rule", "kind", "text"), EXAMPLES)
def test_examples(rule, kind, text):
    measured = [bait.measure(text, load_scoring().learned("bait"))]
    reading = read(text)
    assert bool(rules.matches(rule, reading, rule.info.surfaces[0], measured=measured)) == (kind == "fires")


@pytest.mark.parametrize("rule", rules.packaged(), ids=lambda rule: rule.info.id)
def test_every_rule_is_documented(rule):
    assert rule.info.why
    assert rule.info.evidence.source
    # What fits nowhere would make this file too long; copies of what others wrote are no matter of the text alone.
    assert rule.info.id in ("Repute.TooLong", "Repute.NearCopy") or not rule.info.on or (rule.fires and rule.quiet)
    assert "AI" not in rule.info.message.split()
    assert len(rule.info.message) <= 120


def test_a_near_copy_is_remarked_on_and_moves_no_score():
    coach, text = Coach(), "What did the label cost? Nine pallets in a hundred came back, and each took 25 minutes."
    alone, copied = (coach.assess(Draft("linkedin-post", text, near_copy=known)) for known in (False, True))
    new = [finding for finding in copied.findings if finding not in alone.findings]
    assert [(finding.rule, finding.severity, finding.span) for finding in new] == [("Repute.NearCopy", "check", None)]
    assert copied.score == alone.score
    off = coach.assess(Draft("linkedin-post", text, near_copy=True), switched_off=frozenset({"Repute.NearCopy"}))
    assert off.findings == alone.findings


def test_every_check_in_code_is_called_by_a_rule():
    assert {rule.check for rule in rules.packaged() if rule.kind == "check"} == set(CHECKS)


def test_nothing_rests_on_evidence_that_is_off():
    on = [rule.on(surface).info for rule in rules.packaged() for surface in rule.info.surfaces if rule.info.on]
    assert not [info.id for info in on if info.evidence.source in NEVER or info.evidence.grade == "D"]


def test_no_rule_speaks_of_the_other_platform():
    for rule in rules.packaged():
        for surface in rule.info.surfaces:
            said = rule.on(surface).info.message
            assert "LinkedIn" not in said or surface.startswith("linkedin"), rule.info.id


def test_too_long_marks_what_does_not_fit():
    rule = next(rule for rule in rules.packaged() if rule.info.id == "Repute.TooLong")
    reading = read("🎉" + "Pumps fail. " * 250)
    (match,) = rules.matches(rule, reading, "linkedin-post")
    assert match.words == ("2",)
    assert match.span.of(reading.views.raw) == ". "
    reading = read("Pumps fail. " * 250)
    assert rules.matches(rule, reading, "linkedin-post") == []


def found(text, surface="linkedin-post", only=None):
    return rules.find(read(text), surface, [rule for rule in rules.packaged() if only is None or rule.info.id in only])


def test_no_two_findings_share_a_word():
    findings = found("We leverage our innovative scalable solutions, a very unique game-changing solution, the the best CRM!!")
    spans = sorted((f.span.start, f.span.end) for f in findings if f.span)
    assert len(spans) > 2
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


def test_one_rule_marks_three_places_at_most():
    assert len(found("Countless, countless, countless, countless buyers.", only={"Repute.VagueAmount"})) == 3


def test_links_hashtags_and_names_are_not_prose():
    assert not found("Twelve pumps. https://acme.com/leverage-synergies #leverage @synergy", only={"Repute.Buzzwords"})


def test_in_a_reply_our_tool_is_a_pitch():
    text = "@bob Check out our tool, it does this."
    assert [f.quote for f in found(text, "x-reply", {"Repute.EarlyPitch"})] == ["Check out our"]
    assert not found(text, "x-post", {"Repute.EarlyPitch"})


def test_a_stock_question_is_seen_before_emoji_and_closing_words():
    assert [f.quote for f in found("Forms kill deals. Agree? 👇\n\nMore on Friday.", only={"Repute.EmptyQuestion"})] == [
        "Agree?"
    ]


def test_curly_apostrophes_count_as_straight_ones():
    (finding,) = found("I’m thrilled to announce that we moved.", only={"Repute.AnnounceOpening"})
    assert finding.quote == "I’m thrilled to announce that we"


def test_a_replacement_keeps_the_capital():
    (finding,) = found("In order to sell, they called.", only={"Repute.Wordiness"})
    assert finding.replacements == ("To",)


def mended(text):
    """``text`` with the first replacement of every finding taken, from the back."""
    for finding in reversed([finding for finding in found(text) if finding.span and finding.replacements]):
        text = text[: finding.span.start] + finding.replacements[0] + text[finding.span.end :]
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It is an extremely valuable form.", "It is a valuable form."),
        ("It is a really important form.", "It is an important form."),
        ("It is a very unique form.", "It is a unique form."),
        ("A truly essential form came.", "An essential form came."),
        ("We won, needless to say, the deal.", "We won the deal."),
        ("Honestly, it goes without saying that price matters.", "Honestly, price matters."),
        ("Hello everyone!\n\nToday we lost a deal.", "Today we lost a deal."),
        ("Happy to share that we're hiring.", "We're hiring."),
        ("I am thrilled to share our survey of 41 buyers.", "Here is our survey of 41 buyers."),
        ("The vast majority of our buyers read on phones.", "Most of our buyers read on phones."),
        ("They want to purchase a pump.", "They want to buy a pump."),
        ("We meet on a weekly basis.", "We meet weekly."),
        ("STOP SENDING LONG QUOTES.", "Stop sending long quotes."),
    ],
)
def test_taking_every_replacement_leaves_a_right_sentence(before, after):
    assert mended(before) == after


def test_no_example_is_left_with_loose_blanks_by_its_replacement():
    for rule in rules.packaged():
        for text in rule.fires:
            assert "  " not in mended(text)
            assert not mended(text).startswith((" ", ","))


@pytest.mark.parametrize("surface", DRAFT_SURFACES)
def test_every_surface_has_rules(surface):
    assert sum(surface in info.surfaces for info in rules.catalogue()) > 20


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("extends: charm\nmessage: x\n", 1, "'charm' is not one of existence"),
        ("message: x\nextends: script\nscript: a.tengo\n", 2, "script rules are not run"),
        ("message: x\nextends: check\n", 2, "'check' is not one of"),
        ("extends: existence\nmessage: x\ntokens:\n  - 'a(?!b'\n", 3, "is not a pattern"),
        ("extends: existence\nmessage: x\nlevel: fatal\ntokens: [a]\n", 3, "'fatal'"),
        ("extends: existence\nmessage: x\n", 1, "needs tokens or raw"),
        ("extends: existence\ntokens: [a]\n", 1, "message: is missing"),
        ("extends: substitution\nmessage: x\nswap: [a]\n", 3, "mapping"),
        ("extends: existence\nmessage: x\ntokens: [a]\nrepute:\n  points: 99\n", 4, "0 to 20"),
        ("extends: existence\nmessage: x\ntokens: [a]\nrepute:\n  dimension: charm\n", 4, "'charm'"),
        ("extends: [\n", 2, ""),
        ("- a\n", 1, "mapping"),
        ("extends: metric\nmessage: x\nformula: __import__('os')\ncondition: '> 1'\n", 3, "formula"),
        ("extends: metric\nmessage: x\nformula: words\ncondition: 'about 1'\n", 4, "comparison"),
        ("extends: measure\nmessage: x\n", 1, "'measure' is not one of"),
        ("extends: existence\nmessage: x\ntokens: [a]\nrepute:\n  on_x: {message: y}\n", 4, "on_x"),
    ],
)
def test_a_bad_rule_is_refused_by_file_and_line(tmp_path, source, line, reason):
    path = tmp_path / "Bad.yml"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_rule(path)
    assert re.match(rf"{re.escape(str(path))}:{line}:\d+: ", str(caught.value))
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        'The mail said "we leverage synergies" and she closed it.',
        "The mail said 'we don't leverage synergies' and she closed it.",
        "The mail said “we leverage synergies” and she closed it.",
        "The mail said ‘we don’t leverage synergies’ and she closed it.",
        'Every post ends with "Like if you agree!" these days.',
        'Her rule: never write "STOP SENDING QUOTES" or "Thoughts?" again.',
    ],
)
def test_quoted_words_are_not_held_against_the_writer(text):
    assert not found(text)


@pytest.mark.parametrize(
    "text",
    [
        '"We leverage synergies."',
        "“We leverage synergies.” #sales",
        'A 12" pipe and we leverage a 9" valve.',
        "The buyers' form: we leverage the sellers' list.",
        '"Fine," she said, and we leverage it.',
        "It's what we leverage, isn't it?",
        'One mark alone: "we leverage it.',
    ],
)
def test_what_the_writer_says_is_not_quoted(text):
    assert found(text, only={"Repute.Buzzwords"})


def test_a_replacement_takes_a_capital_only_where_a_sentence_begins():
    texts = ("I'm so excited to share that our team grew.", "That's why I'm so excited to share that our team grew.")
    offered = [found(text, only={"Repute.AnnounceOpening"})[0].replacements for text in texts]
    assert offered == [("Our",), ("our",)]


def test_what_offends_offends_in_quotation_marks_too():
    assert found('He wrote "that is bullshit" to us.', only={"Repute.Offence"})


@pytest.mark.parametrize(
    ("text", "surface", "rules_found"),
    [
        ("Great post! We help plants like yours. Book a demo.", "linkedin-comment", {"EmptyPraise", "EarlyPitch"}),
        ("So true! Happy to show you a demo of our tool.", "x-reply", {"EmptyPraise", "ServicePitch"}),
        ("Great post. We sell labels and counted 9 torn ones in 100.", "linkedin-comment", set()),
        ("Hello [Name], it is tailored to your needs.", "linkedin-post", {"MergeField", "ServicePitch"}),
        ("Risk free, and only 3 spots left!", "x-post", {"Overclaim", "FalseScarcity"}),
        ("Acme is a joke.", "x-reply", {"Offence"}),
    ],
)
def test_what_any_seller_could_send_gets_a_remark(text, surface, rules_found):
    assert {finding.rule.removeprefix("Repute.") for finding in found(text, surface)} == rules_found
