"""An organisation's own words, in drafts and profiles, and in every position of a sentence."""

from __future__ import annotations

import pytest

from nlp import Coach, Draft, Profile, load_scoring
from nlp.language import read
from nlp.model import DRAFT_SURFACES
from nlp.rules.words import WordEntry, WordTable, is_exempt


def coach(*words):
    return Coach(load_scoring().changed(own={"words": list(words), "packages": {}}))


def own_findings(assessment):
    return [finding for finding in assessment.findings if finding.rule.startswith("Words.")]


def hits(text, *entries, surface="linkedin-post"):
    return [(entry.text, span.of(text)) for entry, span in WordTable(entries).hits(read(text), surface)]


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("clients", "Our clients stayed, and Clients like that are rare.", ["clients", "Clients"]),
        ("client", "Our clients stayed.", []),
        ("client", "The client's team stayed.", ["client"]),
        ("can", "We can't ship on Friday.", []),
        ("clock", "It was nine o'clock.", []),
        ("mail", "Send an e-mail.", []),
        ("e-mail", "Send an e-mail.", ["e-mail"]),
        ("C++", "We write C++ here, not C + +.", ["C++"]),
        ("best in class", "We are best in  class.", ["best in  class"]),
        ("Übergabe", "Die übergabe lief gut.", ["übergabe"]),
        ("don't", "We don’t do that.", ["don’t"]),
        ("acmeflow", "#acmeflow and @acmeflow and https://acmeflow.com are no words.", []),
    ],
)
def test_entry_matches_whole_words_in_any_case(entry, text, found):
    assert [words for _, words in hits(text, WordEntry("banned", entry))] == found


def test_the_longest_entry_counts_and_entries_do_not_overlap():
    entries = WordEntry("brand", "Acme Flow Cloud"), WordEntry("banned", "Flow"), WordEntry("banned", "Cloud")
    assert hits("Acme Flow Cloud is not the cloud.", *entries) == [("Acme Flow Cloud", "Acme Flow Cloud"), ("Cloud", "cloud")]


def test_an_entry_applies_on_its_surfaces_only():
    entry = WordEntry("banned", "folks", surfaces=("x-post",))
    assert hits("Hello folks.", entry) == []
    assert hits("Hello folks.", entry, surface="x-post") == [("folks", "folks")]


@pytest.mark.parametrize("surface", DRAFT_SURFACES)
def test_messages_are_kind_and_notes_are_the_reason(surface):
    words = (
        {"kind": "preferred", "text": "clients", "use": "customers", "note": "They stay with us."},
        {"kind": "banned", "text": "cheap"},
        {"kind": "banned", "text": "war room", "use": "project room"},
        {"kind": "brand", "text": "AcmeFlow"},
    )
    text = "Clients asked for a cheap plan in our war room. ACMEFLOW was new to them, AcmeFlow is not."
    found = {finding.quote: finding for finding in own_findings(coach(*words).assess(Draft(surface, text)))}
    assert {quote: finding.message for quote, finding in found.items()} == {
        "Clients": "Your company prefers 'customers' to 'Clients'.",
        "cheap": "Your company avoids 'cheap'.",
        "war room": "Your company suggests 'project room' instead of 'war room'.",
        "ACMEFLOW": "Your company writes 'AcmeFlow', not 'ACMEFLOW'.",
    }
    assert found["Clients"].replacements == ("Customers",)
    assert found["Clients"].why == "They stay with us."
    assert found["ACMEFLOW"].replacements == ("AcmeFlow",)
    assert {finding.evidence.grade for finding in found.values()} == {"organisation"}
    assert {finding.points for finding in found.values()} == {0}, "words cost nothing until an administrator prices them"


def test_a_banned_word_does_not_take_the_place_of_a_tip_that_costs_points():
    """Otherwise a list of buzzwords would make every text with them score higher."""
    text = "We leverage the yard crane for every ship, and the port pays for it. Their planner counts the hours."
    plain, own = (one.assess(Draft("linkedin-post", text)) for one in (Coach(), coach({"kind": "banned", "text": "leverage"})))
    assert [finding.rule for finding in own.findings if finding.quote == "leverage"] == ["Repute.Buzzwords", "Words.Banned"]
    assert own.score == plain.score


def test_words_apply_to_profiles():
    assessment = coach({"kind": "preferred", "text": "clients", "use": "customers"}).assess(
        Profile("x-profile", {"bio": "I help clients in three ports to count their pallets."})
    )
    assert [finding.quote for finding in own_findings(assessment)] == ["clients"]


def test_words_apply_in_other_languages():
    text = "Wir haben unseren Kunden gestern ein billiges Angebot gemacht, und sie haben es sofort angenommen."
    assessment = coach({"kind": "banned", "text": "billiges"}).assess(Draft("linkedin-post", text))
    assert [finding.quote for finding in own_findings(assessment)] == ["billiges"]


def test_protected_and_trade_words_are_never_flagged_or_replaced():
    text = "We leverage the yard crane for every ship, and the port pays for it. Their planner will leverage it too."
    plain = Coach().assess(Draft("linkedin-post", text))
    assert "leverage" in {finding.quote for finding in plain.findings}
    for kind in ("protected", "trade"):
        assessment = coach({"kind": kind, "text": "leverage"}).assess(Draft("linkedin-post", text))
        assert "leverage" not in {finding.quote for finding in assessment.findings}
    assert is_exempt(None, (), (), text) is False


def test_protected_words_hold_credit_as_before():
    """Protecting the words of a rule that guards disclosure does not switch it off."""
    text = "Check out Acme Flow, the best CRM tool on the market. Free trial this week."
    words = [{"kind": "protected", "text": text.split(",", maxsplit=1)[0]}, {"kind": "protected", "text": "Check out"}]
    assert Coach().assess(Draft("linkedin-post", text)).gate.state == "held"
    assert coach(*words).assess(Draft("linkedin-post", text)).gate.state == "held"


def test_protected_talk_stays_unread():
    words = [{"kind": "trade", "text": word} for word in ("salary", "diagnosed", "diagnosis")]
    text = "I was diagnosed with cancer in March. My salary stopped in May, and my diagnosis came with a bill."
    assert coach(*words).assess(Draft("linkedin-post", text)).gate.state == "protected"
