import pytest

from nlp import Coach, measures
from nlp.language import read
from nlp.measures.curves import goodness
from nlp.model import DRAFT_DIMENSIONS
from tests.nlp.drafts import GOOD, WEAK


def measured(text, surface="linkedin-post"):
    return {measure.name: measure for measure in measures.measure(read(text), surface)}


@pytest.mark.parametrize("dimension", DRAFT_DIMENSIONS)
def test_every_dimension_has_three_documented_measures(dimension):
    functions = measures.MODULES[dimension].MEASURES
    assert len(functions) >= 3
    for function in functions:
        assert len(function.__doc__) > 60
    assert measures.NAMES[dimension] == tuple(function.__name__ for function in functions)


def test_measures_have_their_own_names_and_dimensions():
    assert {(m.dimension, m.name) for m in measured(GOOD).values()} >= {
        (d, n) for d, names in measures.NAMES.items() for n in names
    }


def test_names_are_unique():
    names = [name for names in measures.NAMES.values() for name in names]
    assert len(names) == len(set(names))


def test_short_texts_have_no_goodness():
    assert {m.goodness for m in measured("Four calls.").values() if m.dimension in ("story", "audience", "clarity")} == {None}
    assert measured("Four calls, one deal, and it was signed on a Friday.")["readability"].goodness is None


@pytest.mark.parametrize(
    ("name", "better", "worse"),
    [
        (
            "opening_length",
            "We lost it. " + GOOD,
            "When we looked at the calls that our team had made in the long spring of that year, and at those that "
            "the other teams had made in the summer and in the autumn after it, we saw, to the surprise of nobody "
            "who had ever sat through one of our reviews, that most of them were far too long. " + GOOD,
        ),
        ("opening_substance", GOOD, WEAK),
        (
            "opening_about_reader",
            "Your buyers wait nine days for a quote from you.",
            "We have a new office for all of us in town now.",
        ),
        ("sentence_length", GOOD, "and then we went on and " * 20),
        (
            "long_words",
            GOOD,
            "Our organisational transformation necessitates comprehensive stakeholder engagement now and always.",
        ),
        ("readability", GOOD, WEAK),
        ("filler_words", GOOD, "It is really very simple and actually quite literally just basically good."),
        ("numbers", GOOD, "We sell pumps to plants that need them in the north of the land."),
        (
            "names",
            "On Tuesday Maria from Acme called Tom in Leeds about pumps.",
            "on a day she called about the pumps we had sold.",
        ),
        ("vague_words", GOOD, WEAK),
        ("events", GOOD, WEAK),
        ("people", GOOD, WEAK),
        ("turn", GOOD, "Good sellers ask and listen and write down what they hear. " * 4),
        (
            "reader_share",
            "Your team and your buyers know what you need and when.",
            "We know what we do and our team does what we say.",
        ),
        (
            "readers_problem",
            "You lose deals when quotes are late and buyers wait.",
            "You have quotes and buyers and you send them out daily.",
        ),
        ("self_talk", GOOD, "We know what we do and our team does what we say to us."),
        ("closing_question", GOOD, GOOD.rpartition("\n\n")[0]),
        ("question_openness", GOOD, WEAK),
        ("something_to_add", GOOD, "Buyers like good sellers and good sellers like buyers too."),
        ("support", GOOD, "Buyers like good sellers and good sellers like buyers too."),
        ("overclaiming", GOOD, "It is the best and fastest tool, always perfect, guaranteed for everyone."),
        ("hedging", GOOD, "Maybe it is perhaps possibly good, and probably it might hopefully work."),
        ("brochure_words", GOOD, WEAK),
        ("self_praise", GOOD, "So thrilled and humbled and proud and excited! Amazing! Wow!"),
        (
            "plain_speech",
            "It's late, and we don't know why they're gone. That's it, and I can't tell. " * 2,
            "It is late and we do not know. " * 4,
        ),
        ("paragraph_length", GOOD, GOOD.replace("\n", " ") * 2),
        ("hashtags", GOOD, GOOD + " #sales" * 12),
        ("emphasis", GOOD, "WOW! THIS IS GREAT! 🎉🎉🎉 BUY NOW! 🔥🔥"),
    ],
)
def test_goodness_is_higher_for_the_better_text(name, better, worse):
    assert measured(better)[name].goodness > measured(worse)[name].goodness


def test_values_follow_their_formulas():
    text = "We asked 40 buyers. Nine said no, and we do not know why! #sales"
    values = measured(text)
    assert values["sentence_length"].value == 6
    assert values["hashtags"].value == 1
    assert values["self_talk"].value == pytest.approx(100 * 2 / 12, abs=0.05)
    assert values["numbers"].value == pytest.approx(100 * 2 / 12, abs=0.05)
    assert [span.of(text) for span in values["numbers"].spans] == ["40", "Nine"]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("numbers", "Ranked #1 of us all, No. 2 in the land and a top 1% firm for the third year this quarter.", 0),
        (
            "numbers",
            "Top 10% of the leads gave us 1 deal, as did number 4 on the list here.",
            pytest.approx(100 / 14, abs=0.05),
        ),
        ("names", "Love closing deals 🔥🔥🔥 Follow the page 🚀 Win all of them today.", 0),
        ("opening_substance", "So thrilled and humbled by all of this and more", 0),
        ("opening_about_reader", "My amazing team is here and our managers are too, so come.", -1),
        ("opening_about_reader", "Our last customer waits for a form and a call and more.", 1),
        ("events", "I am thrilled and humbled. " * 8, 0),
        ("people", "I believe in hard work and I know my worth and me. " * 4, 0),
        ("something_to_add", "We launched our new portal, opened our office and won our biggest contract.", 0),
        ("something_to_add", "We lost a deal because our form was late, and I asked why.", 1),
        ("support", "We achieved so much here. We told a buyer why the form fails.", 0.5),
    ],
)
def test_values_of_lookalikes(name, text, value):
    assert measured(text)[name].value == value


def test_up_to_five_hashtags_make_no_difference():
    scores = {measured("We sold four pumps today. " + "#pump " * count)["hashtags"].goodness for count in range(6)}
    assert len(scores) == 1


def test_goodness_interpolates_and_is_constant_beyond_the_ends():
    curve = ((0, 0.2), (10, 0.6), (20, 0.0))
    assert [goodness(x, *curve) for x in (-5, 0, 5, 10, 15, 20, 99)] == pytest.approx([0.2, 0.2, 0.4, 0.6, 0.3, 0.0, 0.0])


def test_the_tone_of_quoted_words_is_not_the_writers():
    said = "an amazing, seamless and innovative platform, the best ever, and we are thrilled"
    told = f"The other vendor told Anna at nine: “{said}.” She asked him for one name, and he had none to give her."
    own = f"We told Anna at nine about {said}. She asked us for one name, and we had none to give her."
    for name in ("brochure_words", "self_praise", "overclaiming"):
        assert measured(told)[name].value == 0 < measured(own)[name].value, name


@pytest.mark.parametrize("surface", ["linkedin-post", "x-reply"])
def test_one_of_a_thing_reads_as_one(surface):
    """A unit is the same beside any value, so it must not be a plural."""
    shown = Coach().measure(read("One buyer in Leeds called. #one"), surface)
    assert {measure.unit for measure in shown} <= {
        "", "percent", "per 100 words", "per sentence", "of 1", "of 4", "of 6", "0 or 1", "-3 to 3",
    }  # fmt: skip
