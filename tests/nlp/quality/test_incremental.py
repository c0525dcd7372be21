"""What models read of a text does not depend on what was cached of it, to the last digit."""

import random

from hypothesis import example, given
from hypothesis import strategies as st

from nlp import Coach, Draft, language
from nlp.quality import features, word_order
from nlp.quality.kinds.described import describe

TEXTS = (
    "We lost Acme in May.\n\nTheir buyer said: “too slow”. She was right - and I was late.\n- one\n- two\n#sales @ann",
    "Read this: https://acme.com/x\nvia @bob\nPlease share!\n\nThree of 40 calls went well, 7% closed. Who else has\nseen it?",
    "One day we sold it to Rob in Leeds. He paid $40k. One day we sold it to Rob in Leeds. He paid $40k. It was a long week.",
)
PIECES = (
    *("a", " ", "\n", "\n\n", ". ", "? ", "!", "'", "“", '"', "…", "🎉", "𝗯𝗼𝗹𝗱", "\t", "\u2028", " - ", ": ", "RT ", "Name "),
    *(" blorfing", "Dr. ", "1/ ", "→ ", " #B2Bsales", " @ann", " https://acme.com/x", " $40k", " don't", " Berlin", " share"),
    *("We sold it. ", "Wir haben zwölf Pumpen an ein Krankenhaus in Wien verkauft. ", ":)", "2024 ", "One day we sold it. "),
)
EDITS = 60


def _read_by_models(coach, text):
    reading = language.read(text)
    scored = reading.scored
    marks = coach.scoring.marks.predict(scored, "linkedin-post", coach.measure(scored, "linkedin-post"))
    kind = describe(reading, "linkedin-post")
    return {
        "post": features.of_lines(scored.views.english, (line for _, line in scored.placed_lines)),
        "marks": marks and (marks.dimensions, marks.parts, marks.described.flow),
        "order": word_order.of_parts(scored),
        "kind": (kind.numbers, kind.vectors.tolist(), kind.words),
        "assessment": coach.assess(Draft("linkedin-post", text)),
    }


def test_features_and_marks_after_any_edits_equal_those_of_a_fresh_read():
    coach, rng = Coach(), random.Random(7)
    for text in TEXTS:
        after_edits = {}
        for _ in range(EDITS):
            at = rng.randint(0, len(text))
            text = text[:at] + rng.choice(PIECES) + text[at + rng.choice((0, 0, 1, 5)) :]  # noqa: PLW2901 edited again
            after_edits[text] = _read_by_models(coach, text)
        for edited, found in after_edits.items():
            language.clear_cache()
            assert found == _read_by_models(coach, edited)
            assert found["post"] == features.of_post(language.read(edited).scored.views.english)


@given(st.lists(st.sampled_from((*PIECES, "Good day ", "it is - ", "said Bob ")), max_size=30).map("".join))
@example("“Open\nclose” -\n- x")
@example("Hello\nworld: yes")
def test_features_of_words_do_not_depend_on_where_lines_break(text):
    of_words = lambda features_: {name: v for name, v in features_.items() if name not in features.AROUND_LINKS}  # noqa: E731
    assert of_words(features.of_post(text)) == of_words(features.of_post(text.replace("\n", " ")))
