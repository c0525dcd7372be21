"""From matches to findings: limits, overlaps and quotations."""

from itertools import pairwise

import pytest

from nlp import Coach, Draft
from tests.nlp.rules.packaged_findings import findings_of


def test_findings_on_words_do_not_overlap():
    findings = findings_of(
        "We leverage our innovative scalable solutions, a very unique game-changing solution, the the best CRM!!"
    )
    spans = sorted((f.span.start, f.span.end) for f in findings if f.span)
    assert len(spans) > 2
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


def test_a_remark_on_a_sentence_keeps_its_span_and_hides_no_remark_on_words():
    opening = "I utilize a simple framework in order to prioritize deals on a daily basis"
    rest = ". It works for teams of all sizes, and it brings calm to meetings that used to be long and loud for all involved."
    found = {finding.quote: finding.rule for finding in findings_of(opening + rest)}
    assert found[opening] == "Repute.FlatOpening"
    assert {"utilize", "in order to", "on a daily basis"} <= found.keys()


def test_a_text_that_is_hard_to_read_is_marked_at_its_hardest_sentence():
    hard = (
        "Organisational transformation initiatives necessitate comprehensive stakeholder engagement methodologies and "
        "continuous capability development across interdisciplinary communities."
    )
    text = f"{hard} Collaboration facilitates operational optimisation considerably. " * 3 + "We met in Leeds."
    (finding,) = findings_of(text, only={"Repute.HardToRead"})
    assert finding.quote == hard


def test_a_rule_reports_three_findings_at_most():
    assert len(findings_of("Countless, countless, countless, countless buyers.", only={"Repute.VagueAmount"})) == 3


def test_links_hashtags_and_mentions_are_not_prose():
    assert not findings_of("Twelve pumps. https://acme.com/leverage-synergies #leverage @synergy", only={"Repute.Buzzwords"})


def test_curly_apostrophes_count_as_straight_ones():
    (finding,) = findings_of("I’m thrilled to announce that we moved.", only={"Repute.AnnounceOpening"})
    assert finding.quote == "I’m thrilled to announce that we"


def test_a_near_copy_is_a_finding_and_does_not_change_the_score():
    coach, text = Coach(), "What did the label cost? Nine pallets in a hundred came back, and each took 25 minutes."
    alone, copied = (coach.assess(Draft("linkedin-post", text, near_copy=known)) for known in (False, True))
    new = [finding for finding in copied.findings if finding not in alone.findings]
    assert [(finding.rule, finding.severity, finding.span) for finding in new] == [("Repute.NearCopy", "check", None)]
    assert copied.score == alone.score
    off = coach.assess(Draft("linkedin-post", text, near_copy=True), switched_off=frozenset({"Repute.NearCopy"}))
    assert off.findings == alone.findings


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
def test_quoted_words_have_no_findings(text):
    assert not findings_of(text)


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
def test_unquoted_words_beside_quotation_marks_have_findings(text):
    assert findings_of(text, only={"Repute.Buzzwords"})


def test_offensive_words_are_flagged_in_quotation_marks_too():
    assert findings_of('He wrote "Acme is a joke" to us.', only={"Repute.Rudeness"})


def test_a_buyers_put_down_may_be_quoted():
    said = "You clearly didn't read our tender."
    assert findings_of(said, only={"Repute.PutDown"})
    assert not findings_of(f'"{said}" The buyer was right.', only={"Repute.PutDown"})


@pytest.mark.parametrize(
    ("text", "surface", "rules_found"),
    [
        ("Great post! We help plants like yours. Book a demo.", "linkedin-comment", {"EmptyPraise", "EarlyPitch"}),
        ("So true! Happy to show you a demo of our tool.", "x-reply", {"EmptyPraise", "ServicePitch"}),
        ("Great post. We sell labels and counted 9 torn ones in 100.", "linkedin-comment", set()),
        ("Hello [Name], it is tailored to your needs.", "linkedin-post", {"MergeField", "ServicePitch"}),
        ("Risk free, and only 3 spots left!", "x-post", {"Overclaim", "FalseScarcity"}),
        ("Acme is a joke.", "x-reply", {"Rudeness"}),
    ],
)
def test_generic_sales_texts_have_findings(text, surface, rules_found):
    assert {finding.rule.removeprefix("Repute.") for finding in findings_of(text, surface)} == rules_found
