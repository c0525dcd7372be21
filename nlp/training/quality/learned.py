"""Fits the learned measures of quality: sparse linear models over the features of a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from sklearn.linear_model import LogisticRegression, Ridge

from nlp.quality.features import of_post, of_prose
from nlp.quality.linear import LinearWeights, write
from nlp.training import labels
from nlp.training.language.syntax import EXCLUDED_GENRES
from nlp.training.language.syntax import TRAIN as TREEBANKS
from nlp.training.language.treebanks import read_trees, written
from nlp.training.quality import ceilings, genericness, kinds, levers, marks, pieces, profile_marks, rubric, wordings
from nlp.training.quality import corpora as sets
from nlp.training.quality.corpora import Graded
from nlp.training.quality.design import TOLERANCE, as_weights, design
from nlp.training.quality.pairs import ON_OPENINGS, ON_WORDING, fit_pairs

WEIGHTS = Path(__file__).parents[2] / "quality" / "weights"
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
#: Occurrences in the treebanks from which a word counts as common.
MIN_WORD_COUNT = 12
#: Regularisation strengths, chosen on dev sets and folds from a few values each; their results differ by less than a point.
BAIT_PENALTY, STYLE_PENALTY = 10.0, 30.0
TONE_C = 0.1


def fit_bait(train: Graded) -> LinearWeights:
    """Ridge regression on the raters' mean mark."""
    features = design([of_post(text) for text in train.texts])
    model = Ridge(alpha=BAIT_PENALTY, tol=TOLERANCE).fit(features.matrix, train.grades)
    return as_weights(features, model.coef_, float(model.intercept_), sets.BAIT, rows=len(train.texts), link="share")


def fit_graded(train: Graded, about: sets.About) -> LinearWeights:
    """Ridge regression on the grades of sentences."""
    features = design([of_prose(text) for text in train.texts])
    model = Ridge(alpha=STYLE_PENALTY, tol=TOLERANCE).fit(features.matrix, train.grades)
    return as_weights(features, model.coef_, float(model.intercept_), about, rows=len(train.texts), link="number")


def fit_classes(train: Graded, about: sets.About) -> LinearWeights:
    """Logistic regression on two classes of texts; grades are 0 and 1."""
    features = design([of_prose(text) for text in train.texts])
    model = LogisticRegression(C=TONE_C, solver="newton-cholesky", tol=TOLERANCE).fit(features.matrix, train.grades)
    return as_weights(features, model.coef_[0], float(model.intercept_[0]), about, rows=len(train.texts), link="logistic")


def common_words(corpora: Path) -> list[str]:
    """The words of ``nlp/quality/vocabulary.txt``: those that occur often in the treebanks that the pipeline is trained on,
    without names."""
    counts: Counter[str] = Counter()
    name_counts: Counter[str] = Counter()
    for name in TREEBANKS:
        for tree in read_trees(corpora / name):
            if tree.genre not in EXCLUDED_GENRES:
                counts.update(word.lower().replace("’", "'") for word in _LETTERS.findall(written(tree)))
                name_counts.update(word.lower() for word, kind in zip(tree.words, tree.pos, strict=True) if kind == "PROPN")
    common = (word for word, count in counts.items() if count >= MIN_WORD_COUNT and 2 * name_counts[word] < count)
    return sorted(word for word in common if len(word) > 1 or word in ("a", "i"))


#: How each learned model is fitted, by name.
FITS: Mapping[str, Callable[[Path], LinearWeights]] = {
    "bait": lambda corpora: fit_bait(sets.bait(corpora)[0]),
    "wording": lambda corpora: fit_pairs(sets.wording(corpora)[0], ON_WORDING, sets.WORDING),
    "opening": lambda corpora: fit_pairs(sets.openings(corpora), ON_OPENINGS, sets.OPENING),
    "formality": lambda corpora: fit_graded(sets.formality(corpora)[0], sets.FORMALITY),
    "level": lambda corpora: fit_graded(sets.level(corpora)[0], sets.LEVEL),
    "politeness": lambda corpora: fit_classes(sets.politeness(corpora)[0], sets.POLITENESS),
    "warmth": lambda corpora: fit_classes(sets.warmth(corpora)[0], sets.WARMTH),
    "spam": lambda corpora: ceilings.fit_spam(sets.spam(corpora)[0]),
    "order": lambda _corpora: ceilings.fit_order(),
    "sequence": lambda _corpora: ceilings.fit_sequence(),
}


def fit_all(corpora: Path, out: Path) -> None:
    """Fits every learned measure, the word vectors, the comparison of wordings, the kinds of drafts, the rubric, the marks and
    the genericness. Word vectors are written beside the language's weights, everything else to JSON files in ``out``."""
    for name, fit in FITS.items():
        write(out / f"{name}.json", fit(corpora))
    pieces.write(corpora / "minilm_static", marks.words_of(labels.drafts()))
    wordings.write(corpora, out)
    kinds.write(out)
    rubric.write(out)
    profile_marks.write(out)
    levers.write(out)
    genericness.write(out)
