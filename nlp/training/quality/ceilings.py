"""Fits what recognises texts that cannot pass for good (``nlp/quality/ceilings.py``). Both models tell them from the labelled
drafts, and their thresholds are chosen on folds of these drafts, so that hardly any is caught."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from nlp import language
from nlp.quality import sentence_order, word_order
from nlp.quality.ceilings import MIN_WORDS_IN_ORDER
from nlp.quality.features import of_post
from nlp.quality.linear import LinearWeights
from nlp.quality.marks.described import Sentence, sentences_of
from nlp.training import labels
from nlp.training.labels import WHOLE, LabelledDraft, hash_of
from nlp.training.quality import corpora as sets
from nlp.training.quality.corpora import SEED, Graded
from nlp.training.quality.corruptions import listed, reordered, shuffled_words
from nlp.training.quality.design import TOLERANCE, Rows, Vector, as_weights, design

if TYPE_CHECKING:
    from nlp.language import Reading

FOLDS = 5
#: Share of drafts that may be taken for words in no order.
MAX_CAUGHT = 0.005
#: A draft with at least this mark for the whole is never taken for advertising.
NEVER_CAUGHT = 55
#: Inverse strengths of regularisation, chosen on the folds.
ORDER_C, SPAM_C = 0.01, 0.1
#: ``WIDTH``: log-odds from the first loss of a lead to the whole.
SEQUENCE_C, SEQUENCE_DIGITS, WIDTH = 0.1, 5, 1.5
#: Of drafts with at least this mark for the whole, the share that keeps all of its lead over the average.
GOOD, KEPT_WHOLE = 60, 0.9
#: Of a draft in the loss, relative to a message.
DRAFT_WEIGHT = 3.0
#: Names and figures in a list come from so many drafts.
LISTED_DRAFTS = 20


class _Texts(NamedTuple):
    """Features, whether the text is to be caught, its group, and its weight in the loss. ``whole``: the mark of a draft as
    written, -1 of any other text."""

    rows: Rows
    caught: Sequence[bool]
    groups: Sequence[str]
    weight: Sequence[float]
    whole: Sequence[float]

    @property
    def is_draft(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.array(self.whole) >= 0


def fit_spam(messages: Graded) -> LinearWeights:
    """Logistic regression on messages and drafts."""
    drafts = _drafts()
    texts = _Texts(
        [*map(of_post, messages.texts), *(of_post(language.read(d.text).scored.views.english) for d in drafts)],
        [*(grade > 0 for grade in messages.grades), *(False for _ in drafts)],
        [*messages.texts, *(d.group or d.id for d in drafts)],
        [*(1.0 for _ in messages.texts), *(DRAFT_WEIGHT for _ in drafts)],
        [*(-1.0 for _ in messages.texts), *(d.mark(WHOLE) or 0.0 for d in drafts)],
    )

    def threshold(scores: Vector) -> float:
        return float(scores[np.array(texts.whole) >= NEVER_CAUGHT].max())

    return _fit(texts, sets.SPAM, SPAM_C, threshold)


def fit_order() -> LinearWeights:
    """Logistic regression on drafts, their words in other orders, and lists of the names and figures in them."""
    rows: list[dict[str, float]] = []
    caught: list[bool] = []
    groups: list[str] = []
    whole: list[float] = []
    for draft, copies in with_copies(_drafts()):
        readings = [language.read(text).scored for text in (draft.text, *copies)]
        if len(readings[0].words) < MIN_WORDS_IN_ORDER:
            continue
        rows += map(word_order.of_reading, readings)
        caught += [False, *(True for _ in copies)]
        groups += [draft.group or draft.id for _ in readings]
        whole += [draft.mark(WHOLE) or 0.0, *(-1.0 for _ in copies)]
    texts = _Texts(rows, caught, groups, [1.0] * len(rows), whole)

    def threshold(scores: Vector) -> float:
        drafts = np.sort(scores[texts.is_draft])[::-1]
        return float(drafts[int(MAX_CAUGHT * len(drafts))])

    return _fit(texts, sets.ORDER, ORDER_C, threshold)


def fit_sequence() -> LinearWeights:
    """Logistic regression on posts and their sentences in other orders. The score is a number: 0 is the point from which a
    post loses some of its lead, so that few good posts do, and 1 where it loses all."""
    found = [post for draft in _drafts() if draft.surface == "linkedin-post" if (post := _sentences(draft))]
    names = sorted(sentence_order.known())
    rows = []
    for draft, sentences in found:
        for order in (sentences, random.Random(draft.id).sample(sentences, len(sentences))):
            values = sentence_order.features(draft.text, order)
            rows.append([values[name] for name in names])
    raw = np.array(rows)
    centres, spread = raw.mean(axis=0), raw.std(axis=0) + 1e-6
    x, caught = (raw - centres) / spread, np.tile([False, True], len(found))
    model = LogisticRegression(C=SEQUENCE_C, max_iter=1000)
    folds = np.repeat([hash_of(f"fold {draft.group or draft.id}") % FOLDS for draft, _ in found], 2)
    scores = np.zeros(len(folds))
    for fold in range(FOLDS):
        model.fit(x[folds != fold], caught[folds != fold])
        scores[folds == fold] = model.decision_function(x[folds == fold])
    good = np.array([(draft.mark(WHOLE) or 0.0) >= GOOD for draft, _ in found])
    limit = float(np.quantile(scores[0::2][good], KEPT_WHOLE))
    lost = np.clip((scores - limit) / WIDTH, 0, 1)
    model.fit(x, caught)
    weights = model.coef_[0] / spread / WIDTH
    return LinearWeights(
        task=sets.SEQUENCE.task,
        source=sets.SEQUENCE.source,
        licence=sets.SEQUENCE.licence,
        fitted_with=f"scikit-learn {sklearn.__version__}",
        seed=SEED,
        rows=len(rows),
        link="number",
        intercept=round((float(model.intercept_[0]) - limit) / WIDTH, SEQUENCE_DIGITS),
        weights={name: round(float(weight), SEQUENCE_DIGITS) for name, weight in zip(names, weights, strict=True)},
        centres={name: round(float(centre), SEQUENCE_DIGITS) for name, centre in zip(names, centres, strict=True)},
        measured={
            "lost": round(float(lost[1::2][good].mean()), 3),
            "drafts_lost": round(float(lost[0::2][good].mean()), 3),
            "auc": round(float(roc_auc_score(caught, scores)), 3),
        },
    )


def _sentences(draft: LabelledDraft) -> tuple[LabelledDraft, list[Sentence]] | None:
    sentences = [each for each in sentences_of(language.read(draft.text).scored.placed_lines) if each.words]
    return (draft, sentences) if len(sentences) >= sentence_order.MIN_SENTENCES else None


def with_copies(drafts: Iterable[LabelledDraft]) -> Iterator[tuple[LabelledDraft, list[str]]]:
    """Each draft, and texts in no order that are made of it; lists are of names and figures in it and in drafts before it."""
    recent: deque[list[str]] = deque(maxlen=LISTED_DRAFTS)
    for draft in drafts:
        recent.append(_names_and_figures(language.read(draft.text)))
        copies = [shuffled_words(draft.text, seed=draft.id), reordered(draft.text, seed=draft.id)]
        if names := [name for each in recent for name in each]:
            copies.append(listed(names, seed=draft.id))
        yield draft, copies


def _drafts() -> list[LabelledDraft]:
    return [draft for draft in labels.drafts() if not draft.is_held_out]


def _names_and_figures(reading: Reading) -> list[str]:
    text = reading.views.raw
    return [*(text[name.start : name.end] for name in reading.entities), *(figure.of(text) for figure in reading.numbers)]


def _fit(texts: _Texts, about: sets.About, c: float, threshold: Callable[[Vector], float]) -> LinearWeights:
    """``threshold``: above it a text is caught, given the scores of all rows, each by a model that was fitted on the other
    folds. It is taken off the intercept, so that the threshold is at even odds."""
    caught, weight = np.array(texts.caught), np.array(texts.weight)
    features = design(texts.rows)
    # There are as many features as texts, for which this solver is quick; it also shrinks the intercept, which is set anyway.
    model = LogisticRegression(C=c, solver="liblinear", tol=TOLERANCE, random_state=SEED)
    folds = np.array([hash_of(f"fold {group}") % FOLDS for group in texts.groups])
    scores = np.zeros(len(folds))
    for fold in range(FOLDS):
        inside = folds == fold
        model.fit(features.matrix[~inside], caught[~inside], sample_weight=weight[~inside])
        scores[inside] = model.decision_function(features.matrix[inside])
    limit = threshold(scores)
    model.fit(features.matrix, caught, sample_weight=weight)
    drafts = texts.is_draft
    measured = {
        "caught": round(float(np.mean(scores[caught] > limit)), 4),
        "drafts_caught": round(float(np.mean(scores[drafts] > limit)), 4),
        "rows": float(len(folds)),
    }
    intercept = float(model.intercept_[0]) - limit
    return as_weights(features, model.coef_[0], intercept, about, rows=len(folds), link="logistic", measured=measured)
