"""Posts whose sentences stand in no order keep less of their lead over the average draft."""

import random
import statistics

from nlp import Coach, Draft, language
from nlp.quality.ceilings import NO_SEQUENCE
from nlp.quality.marks.described import sentences_of
from nlp.quality.scoring import load_scoring
from nlp.quality.sentence_order import MIN_SENTENCES, features, known
from nlp.training import labels

COACH = Coach()
STORY = (
    "On Monday a buyer in Leeds rang about a pump. He said it had stopped twice that night. I drove over with a spare seal. "
    "The seal was fine, but a tube behind the bed was bent. So we moved the bed. It has run since then."
)


def order_of(text):
    return features(text, sentences_of(placed_lines(text)))


def placed_lines(text):
    return language.read(text).scored.placed_lines


def sum_of(assessment):
    return sum(contribution.tenths for contribution in assessment.contributions)


def test_things_are_counted_as_introduced_before_they_are_referred_to():
    first, *middle, last = STORY.split(". ")
    turned = ". ".join([last.removesuffix("."), *middle, first]) + "."
    told = order_of("A pump failed. We came at once. The pump was old. We fixed it. It runs now.")
    swapped = order_of("The pump was old. We came at once. A pump failed. We fixed it. It runs now.")
    assert (told["introduced"], told["not_introduced"]) == (1.0, 0.0)
    assert (swapped["introduced"], swapped["not_introduced"]) == (0.0, 1.0)
    assert order_of(turned)["first:points"] == 1.0
    assert order_of(STORY)["first:points"] == 0.0


def test_every_feature_is_known():
    assert set(order_of(STORY)) == known()
    assert set(load_scoring().learned("sequence").weights) <= known()


def test_few_sentences_can_stand_in_any_order():
    assert MIN_SENTENCES == 5
    assert order_of("A pump failed. We came. We fixed it. It runs.") == {}


def test_shuffled_stories_lose_a_quarter_of_their_lead_and_few_others_lose_any():
    """Over labelled stories that are not held out; the model card has the figure for those that are."""
    lead, lost, kept_whole = 0, 0, []
    for draft in labels.drafts("feed"):
        if draft.is_held_out or draft.surface != "linkedin-post" or "story" not in draft.kinds:
            continue
        sentences = sentences_of(placed_lines(draft.text))
        assessment = COACH.assess(Draft(draft.surface, draft.text))
        average = next((c.tenths for c in assessment.contributions if c.kind == "baseline"), 0) / 10
        if len(sentences) < MIN_SENTENCES or assessment.score is None or assessment.score < average + 10:
            continue
        written = [sentence.span.of(draft.text) for sentence in sentences]
        random.Random(draft.id).shuffle(written)
        shuffled = COACH.assess(Draft(draft.surface, "\n\n".join(written))).score
        lead += assessment.score - average
        lost += assessment.score - (shuffled or 0)
        kept_whole.append(not any(c.label == NO_SEQUENCE for c in assessment.contributions))
    assert len(kept_whole) > 40
    assert lost / lead > 1 / 4
    assert statistics.mean(kept_whole) > 0.9


def test_the_lost_lead_is_explained_and_adds_up():
    found = []
    stories = (draft.text for draft in labels.drafts("feed") if draft.surface == "linkedin-post" and "story" in draft.kinds)
    while len(found) < 5:
        written = [sentence.span.of(text) for text in [next(stories)] for sentence in sentences_of(placed_lines(text))]
        random.Random(len(written)).shuffle(written)
        assessment = COACH.assess(Draft("linkedin-post", "\n\n".join(written)))
        found += [assessment for c in assessment.contributions if c.label == NO_SEQUENCE]
    for assessment in found:
        assert sum_of(assessment) == assessment.score * 10
        bound = next(c for c in assessment.contributions if c.label == NO_SEQUENCE)
        assert bound.tenths < 0
        average = next(c.tenths for c in assessment.contributions if c.kind == "baseline")
        assert assessment.score * 10 >= average - 5
