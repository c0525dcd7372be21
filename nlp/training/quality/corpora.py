"""The labelled data sets that models are fitted to and measured on, each split the same way every time.

SOURCES.md describes each set, its authors and its known problems. No text of a set is stored anywhere.
"""

from __future__ import annotations

import csv
import gzip
import html
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple, cast

SEED = 20261124
DEV_SHARE = 0.2
#: The z-score of a difference that is significant at the 5 % level.
SURE_Z = 1.96


class About(NamedTuple):
    """What a model predicts, and whose work it was fitted to."""

    task: str
    source: str
    licence: str


BAIT = About(
    "Mean mark for click-bait of a post's text, 0-1",
    "Webis Clickbait Corpus 2017, Potthast et al. 2018",
    "CC BY 4.0 believed, not confirmed",
)
WORDING = About(
    "Which of two posts on X by one author with one link was passed on more",
    "Tan, Lee and Pang 2014, in HypoGeniC, Zhou et al. 2024",
    "small linear weights only; no text of the set is included",
)
OPENING = About(
    "Which of two headlines of one story was clicked more in a randomised test",
    "Upworthy Research Archive, Matias, Munger, Le Quere and Ebersole 2021",
    "CC BY 4.0",
)
FORMALITY = About(
    "How formal readers find a sentence, -3 to 3, as distance from the mean of its kind of text",
    "Pavlick and Tetreault 2016; Lahiri 2015",
    "CC BY 3.0",
)
LEVEL = About(
    "The level a reader of English needs for a sentence, 1 (A1) to 6 (C2)", "CEFR-SP, Arase et al. 2022", "CC BY-SA 3.0"
)
POLITENESS = About(
    "Whether readers find a request among the politer or the ruder quarter", "Danescu-Niculescu-Mizil et al. 2013", "CC BY 4.0"
)
WARMTH = About(
    "Whether readers hear thanks, praise, care, joy or hope in a comment", "GoEmotions, Demszky et al. 2020", "Apache-2.0"
)
SPAM = About(
    "Whether a text is unsolicited advertising; 0.5 is where no draft that readers find fair is taken for it",
    "SMS Spam Collection, Almeida, Gomez Hidalgo and Yamakami 2011; labelled drafts of this project",
    "CC BY 4.0",
)
ORDER = About(
    "Whether the words of a text have no order; 0.5 is where 1 in 200 drafts is taken for such a text",
    "Labelled drafts of this project, and the same drafts with their words shuffled",
    "Apache-2.0",
)
SEQUENCE = About(
    "How much of its lead over the average draft a post loses because its sentences stand in no order, 0-1",
    "Labelled drafts of this project, and the same drafts with their sentences shuffled",
    "Apache-2.0",
)
#: The emotions of GoEmotions that count as warmth.
WARM = ("admiration", "approval", "caring", "gratitude", "joy", "love", "optimism")
#: How the file of messages spells a pound sign.
_BROKEN_POUND = "å£"
GENRES = ("answers", "blog", "email", "news")


class Graded(NamedTuple):
    """Texts with one grade each. ``kinds`` is the kind of each text, where the set has several; else empty."""

    texts: list[str]
    grades: list[float]
    kinds: list[str]


class Pairs(NamedTuple):
    """Pairs of texts; ``a_wins`` says whether ``a`` did better than ``b``. Pairs of one group stay in one fold. ``weights`` are
    the sample weights in fitting; ``sure`` says whether the difference is clear enough to evaluate on."""

    a: list[str]
    b: list[str]
    a_wins: list[bool]
    groups: list[str]
    weights: list[float]
    sure: list[bool]


def open_text(path: Path) -> IO[str]:
    """A corpus file, plain or gzipped."""
    if not path.exists():
        path = path.with_name(path.name + ".gz")
    opener = gzip.open if path.suffix == ".gz" else open
    return cast("IO[str]", opener(path, "rt", encoding="utf-8", newline=""))


def bait(corpora: Path) -> tuple[Graded, Graded]:
    """Train and dev posts with the mean mark of five raters. A repeated text is one post with its mean mark, so none is in both
    parts."""
    marks: dict[str, list[float]] = {}
    with open_text(corpora / "webis_clickbait17" / "train.jsonl") as lines:
        for line in lines:
            row = json.loads(line)
            text = row["post_text"] if isinstance(row["post_text"], str) else " ".join(row["post_text"])
            marks.setdefault(html.unescape(text).strip(), []).append(float(row["truth_mean"]))
    return _split([(text, sum(values) / len(values), "") for text, values in marks.items() if text])


def wording(corpora: Path) -> tuple[Pairs, Pairs]:
    """Train and dev pairs of posts."""
    folder = corpora / "tweet_wording_pairs"
    return _posts(folder / "retweet_train.json"), _posts(folder / "retweet_val.json")


def openings(corpora: Path) -> Pairs:
    """Pairs of headlines from tests that were truly randomised, weighted by the square of z."""
    with open_text(corpora / "upworthy" / "headline_pairs.csv") as file:
        rows = [row for row in csv.DictReader(file) if row["randomisation_risk"] != "True"]
    z = [float(row["z"]) for row in rows]
    return Pairs(
        [row["headline_a"] for row in rows],
        [row["headline_b"] for row in rows],
        [value > 0 for value in z],
        [row["story_group"] for row in rows],
        [value * value for value in z],
        [abs(value) > SURE_Z for value in z],
    )


def formality(corpora: Path) -> tuple[Graded, Graded]:
    """Sentences with the mean of five ratings, minus the mean of their genre."""
    rows = []
    for genre in GENRES:
        graded = [
            (detokenized(row[3]), float(row[0])) for row in _tab_separated(corpora / "formality_pavlick" / f"{genre}.tsv")
        ]
        mean = sum(grade for _, grade in graded) / len(graded)
        rows += [(text, grade - mean, genre) for text, grade in graded]
    return _split(rows)


def level(corpora: Path) -> tuple[Graded, Graded]:
    """Sentences with the mean level of two experts."""
    rows = _tab_separated(corpora / "cefr_sp" / "wiki_auto.tsv")
    return _split([(detokenized(text), (int(a) + int(b)) / 2, "") for text, a, b, *_ in rows])


def politeness(corpora: Path) -> tuple[Graded, Graded]:
    """Requests of the most polite (1) and the rudest (0) quarter of each site; the middle half is noise."""
    rows = []
    for site in ("stack-exchange", "wikipedia"):
        with open_text(corpora / "stanford_politeness" / f"{site}.csv") as file:
            scored = [(row["Request"], float(row["Normalized Score"])) for row in csv.DictReader(file)]
        order = sorted(score for _, score in scored)
        low, high = order[len(order) // 4], order[3 * len(order) // 4]
        rows += [(text, float(score >= high), site) for text, score in scored if score <= low or score >= high]
    return _split(rows)


def warmth(corpora: Path) -> tuple[Graded, Graded]:
    """Comments, graded 1 if a warm emotion was marked, else 0."""
    folder = corpora / "goemotions"
    with open_text(folder / "labels.txt") as file:
        labels = file.read().split()
    warm = {str(labels.index(name)) for name in WARM}

    def graded(name: str) -> Graded:
        rows = list(_tab_separated(folder / name))
        return Graded(
            [text for text, *_ in rows], [float(bool(warm & set(ids.split(",")))) for _, ids, *_ in rows], [""] * len(rows)
        )

    return graded("train.tsv"), graded("dev.tsv")


def spam(corpora: Path) -> tuple[Graded, Graded]:
    """Train and dev messages, graded 1 for spam, else 0. The dev part is the last fifth of the file without repetitions."""
    with open_text(corpora / "sms_spam" / "sms.csv") as file:
        grades = {html.unescape(row["text"]).replace(_BROKEN_POUND, "£").strip(): row["label"] for row in csv.DictReader(file)}
    texts = list(grades)
    held_out = len(texts) - round(len(texts) * DEV_SHARE)

    def graded(chosen: list[str]) -> Graded:
        return Graded(chosen, [float(grades[text] == "spam") for text in chosen], [""] * len(chosen))

    return graded(texts[:held_out]), graded(texts[held_out:])


def detokenized(tokens: str) -> str:
    """A tokenized sentence with its usual spacing."""
    text = re.sub(r" (n't|'s|'re|'ve|'ll|'m|'d)\b", r"\1", tokens)
    text = re.sub(r" ([.,!?;:%)\]])", r"\1", text)
    return re.sub(r"([(\[$]) ", r"\1", text).replace(" ''", '"').replace("`` ", '"').strip()


def _split(rows: Sequence[tuple[str, float, str]]) -> tuple[Graded, Graded]:
    """Train and dev parts. Equal texts are in one part."""
    texts = sorted({text for text, _, _ in rows})
    random.Random(SEED).shuffle(texts)
    held_out = set(texts[: round(len(texts) * DEV_SHARE)])
    position = {text: i for i, text in enumerate(texts)}
    ordered = sorted(rows, key=lambda row: position[row[0]])

    def graded(*, dev: bool) -> Graded:
        chosen = [row for row in ordered if (row[0] in held_out) is dev]
        return Graded([text for text, _, _ in chosen], [grade for _, grade, _ in chosen], [kind for _, _, kind in chosen])

    return graded(dev=False), graded(dev=True)


def _posts(path: Path) -> Pairs:
    with open_text(path) as file:
        rows = json.load(file)
    a = [html.unescape(text) for text in rows["first_tweet"]]
    b = [html.unescape(text) for text in rows["second_tweet"]]
    count = len(a)
    wins = [label == "first" for label in rows["label"]]
    # The set does not name authors, so every pair is its own group.
    return Pairs(a, b, wins, [str(i) for i in range(count)], [1.0] * count, [True] * count)


def _tab_separated(path: Path) -> Iterator[list[str]]:
    with open_text(path) as file:
        for line in file:
            yield line.rstrip("\n").split("\t")
