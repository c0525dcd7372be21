"""Texts that cannot pass for good whatever else is measured: words in no order, unsolicited advertising, and one thing said
again and again.

The marks are linear and were fitted to honest drafts, so a text that is built to please them would get a high score.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nlp.quality import word_order
from nlp.quality.rubric import Ceiling

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.quality.linear import LinearWeights
    from nlp.quality.marks.predict import Marks

#: Below every limit of a band but the lowest.
SCORE = 40
NO_ORDER = Ceiling(SCORE, "Reads like words in no order")
ADVERTISING = Ceiling(SCORE, "Reads like unsolicited advertising")
REPEATED = Ceiling(SCORE, "Mostly repeats itself")
#: Share of words in segments that repeat an earlier one; nothing else measures them.
MAX_REPEATED = 0.5
#: A shorter text may be a title or a row of names.
MIN_WORDS_IN_ORDER = 12
#: Above this probability a text is caught; the intercept of each model is set so that its threshold is here.
THRESHOLD = 0.5


def ceiling(reading: Reading, marks: Marks, learned: Mapping[str, LinearWeights]) -> Ceiling | None:
    """The ceiling of a draft, if it has one. ``marks``: of what is scored of it; ``learned``: weights by name, without those
    that a scoring version does not have."""
    order, spam = learned.get("order"), learned.get("spam")
    if order and _has_no_order(reading.scored, order):
        return NO_ORDER
    if spam and marks.described and spam.predict(marks.described.post) > THRESHOLD:
        return ADVERTISING
    return REPEATED if _repeated_share(reading) > MAX_REPEATED else None


def _has_no_order(scored: Reading, order: LinearWeights) -> bool:
    if len(scored.words) < MIN_WORDS_IN_ORDER:
        return False
    return any(order.predict(part) > THRESHOLD for part in word_order.of_parts(scored))


def _repeated_share(reading: Reading) -> float:
    segments = [segment.words for _, line in reading.placed_lines for segment in line.segment_details]
    words = sum(map(len, segments))
    return 1 - sum(map(len, set(segments))) / words if words else 0.0
