"""The tables of agreement with the judges, on drafts whose marks are worked out by hand."""

import pytest

from nlp.coach import Coach
from nlp.evaluation.agreement import bands, dimensions, pairs, wholes
from nlp.evaluation.agreement.scored import COLLECTIONS, FEED, MODELS, Scored, columns, score
from nlp.evaluation.agreement.scored import bands as marked_bands
from nlp.model import DRAFT_DIMENSIONS
from nlp.training.labels import WHOLE, LabelledDraft
from nlp.training.labels.pairs import Pair

TEXT = "It took us nine days and two visits to find the cause of the noise."


def draft(draft_id, *, collection="feed", whole=(40, 50), hook=(2, 3), level="", surface="linkedin-post", text=TEXT):
    passes = tuple({WHOLE: w, "hook": h} for w, h in zip(whole, hook, strict=True))
    return LabelledDraft(draft_id, surface, "pumps", "native", text, passes, collection, level=level)


def scored(labelled, mark, *, band=0, within=20):
    return Scored(labelled, {WHOLE: mark, "hook": mark}, band, max(0, mark - within), min(100, mark + within))


def held_out(prefix, count, **values):
    """``count`` drafts, of which each has the next higher mark."""
    found = []
    number = 0
    while len(found) < count:
        made = draft(f"{prefix}{number:04d}", whole=(10 + 5 * len(found), 14 + 5 * len(found)), **values)
        number += 1
        if made.is_held_out:
            found.append(made)
    return found


def test_collections_are_reported_apart_and_posts_invented_freely_in_none():
    drafts = {
        "imitating": draft("r0001"),
        "planned": draft("t001", level="weak"),
        "invented": draft("s001"),
        "model": draft("d001", collection="models"),
    }
    belonging = {name: [kind for kind, own in drafts.items() if belongs(own)] for name, belongs in COLLECTIONS.items()}
    assert belonging == {
        FEED: ["imitating", "planned"],
        "feed, imitating real posts": ["imitating"],
        "feed, written to a plan": ["planned"],
        MODELS: ["model"],
    }


def test_columns_leave_out_drafts_without_a_mark_but_keep_a_mark_of_zero():
    nothing = draft("r0001", whole=(0, 0))
    without_hook = draft("r0002")._replace(passes=({WHOLE: 40, "hook": 2}, {WHOLE: 50}))
    items = [scored(nothing, 10), scored(without_hook, 60)]
    assert columns(items, WHOLE).judges == [0, 45]
    assert columns(items, "hook") == ([10], [2.5], [2], [3], [0], [float(len(TEXT.split()))])
    assert columns(items, "story") == ([], [], [], [], [], [])


def test_bands_are_those_of_the_guide_with_marks_rounded_half_up():
    assert marked_bands([0, 47.4, 47.5, 67.4, 67.5, 81.5, 100]) == [0, 0, 1, 1, 2, 3, 3]


def test_the_coach_scores_a_draft_and_leaves_out_what_is_too_short():
    items = score(Coach(), [draft("r0001"), draft("r0002", text="Nice!")])
    assert [item.draft.id for item in items] == ["r0001"]
    assert set(items[0].marks) == {WHOLE, *DRAFT_DIMENSIONS}
    assert items[0].low <= items[0].marks[WHOLE] <= items[0].high


def test_the_table_of_errors_compares_with_the_mean_of_the_training_drafts_of_the_surface():
    tested = held_out("r", 12)
    trained = [
        made
        for number in range(20)
        for collection in ("feed", "models")
        if not (made := draft(f"r9{number:03d}", whole=(30, 30), collection=collection)).is_held_out
    ]
    # The coach is off by 4 points everywhere; marks are 12, 17, ... 67, and those of the training drafts 30.
    items = [scored(own, int(own.mark(WHOLE)) + 4, within=4) for own in tested] + [scored(own, 30) for own in trained]
    items += [scored(own, int(own.mark(WHOLE)) + 4) for own in held_out("t", 12, level="weak")]
    items += [scored(own, int(own.mark(WHOLE)) + 4) for own in held_out("d", 12, collection="models")]
    ranks, errors = wholes.measure(items, [item.draft for item in items])
    by_name = {row[0]: dict(zip(errors.heads, row, strict=True)) for row in errors.rows}
    row = by_name["feed, imitating real posts"]
    constant = sum(abs(30 - own.mark(WHOLE)) for own in tested) / len(tested)
    assert row["mean absolute error (95 % interval)"] == "4.0 (4.0 to 4.0)"
    assert row["ratio to the mean"].startswith(f"{4 / constant:.2f} ")
    assert row["error of first and second pass"] == "4.0"
    assert row["mark within the interval"] == "100%"
    # All are put in the lowest band; 38 and more is fair.
    assert row["same band"] == f"{sum(own.mark(WHOLE) < 47.5 for own in tested) / len(tested):.0%}"
    assert by_name["feed, planned level: weak"]["judges' mean"] == "39.5"
    assert {row[0]: row[1] for row in ranks.rows}[FEED] == "24"
    assert all(row[2].startswith("1.000") for row in ranks.rows[:4])


def test_a_dimension_that_repeats_the_whole_agrees_with_nothing_once_it_is_held_fixed():
    items = []
    for number, hook in enumerate((1, 2, 1, 3, 2, 4, 3, 5, 4, 5, 5, 4)):
        own = draft(f"r{number:04d}", whole=(5 * number, 5 * number), hook=(hook, hook))
        items.append(scored(own, 5 * number))
    rows = {row[0]: dict(zip(dimensions.HEADS, row, strict=True)) for row in dimensions.measure(FEED, items, ("hook",)).rows}
    assert float(rows["hook"]["coach, Spearman (95 % interval)"].split()[0]) > 0.8
    assert float(rows["hook"]["coach, whole held fixed"].split()[0]) == 0


def test_bands_are_counted_by_row_and_column():
    items = [scored(draft("r0001", whole=(40, 50)), 60, band=1), scored(draft("r0002", whole=(90, 90)), 90, band=3)]
    of_coach, of_passes = bands.measure(FEED, items)
    assert of_coach.rows[0] == ("needs-work", "0", "1", "0", "0")
    assert of_coach.rows[3] == ("strong", "0", "0", "0", "1")
    assert "50% equal, 100% at most one apart" in of_coach.title
    assert of_passes.rows[0] == ("needs-work", "0", "1", "0", "0")


def test_pairs_count_where_the_coach_prefers_the_version_that_the_judges_prefer():
    pair = Pair("p00", "voice", "linkedin-post", "short", "much longer", (4.0, 2.0), (4.5, 2.0))
    ranked = [pairs.Ranked(pair, 60, 40), pairs.Ranked(pair, 40, 60), pairs.Ranked(pair, 50, 50), pairs.Ranked(pair, 70, 20)]
    coach, shorter = pairs.figures(ranked)
    assert coach.startswith("0.625 ")
    assert shorter.startswith("1.000 ")


@pytest.mark.soak
def test_nearly_all_pairs_on_which_the_judges_agree_are_ranked():
    rows = pairs.measure(Coach()).rows
    assert [row[0] for row in rows] == ["audience", "clarity", "credibility", "voice", "all"]
    ranked, (alike, total) = int(rows[-1][1]), map(int, rows[-1][-1].split(" of "))
    assert total == 80
    assert alike - 2 <= ranked <= alike
