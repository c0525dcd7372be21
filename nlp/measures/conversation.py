"""Conversation: whether a text gives the reader something to answer (EVIDENCE.md L8, L10, X5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nlp.language import lexicon
from nlp.language.lexicon import stem
from nlp.measures.credibility import first_hand
from nlp.measures.curves import goodness
from nlp.measures.specificity import figures
from nlp.model import Measure, Surface

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.model import Span

MIN_WORDS = 8
_STOCK = re.compile(r"\b(?:thoughts|agree|right|who's with me|what do you think)\s*\?", re.IGNORECASE)


def _questions(reading: Reading) -> tuple[Span, ...]:
    return tuple(span for span in reading.prose_sentences if "?" in span.of(reading.views.prose))


def closing_question(reading: Reading, surface: Surface) -> Measure:
    """Whether one of the last two sentences is a question, 0 or 1. No question gives 0.35, a question 0.85; in comments and
    replies, where an answer is as good as a question, 0.45 and 0.7 (L8)."""
    last = reading.prose_sentences[-2:]
    asks = float(any("?" in span.of(reading.views.prose) for span in last))
    is_reply = surface in ("linkedin-comment", "x-reply")
    good = None
    if len(reading.words) >= MIN_WORDS:
        good = (0.7 if asks else 0.45) if is_reply else (0.85 if asks else 0.35)
    return Measure("closing_question", "conversation", asks, "0 or 1", good, "Ends with a question")


def question_openness(reading: Reading, _surface: Surface) -> Measure:
    """How answerable the last question is, 0-4: one each for an open word (what, how), a word of experience (you, last,
    tried), more than four words, and not being a stock phrase ("Thoughts?"). ``None`` without a question. 1 or less gives
    0.1, 2 gives 0.45, 4 gives 1 (L8)."""
    questions = _questions(reading)
    if not questions or len(reading.words) < MIN_WORDS:
        return Measure("question_openness", "conversation", 0.0, "of 4", None, "A question the reader can answer")
    words = [stem(word) for word in reading.words_in(questions[-1])]
    text = questions[-1].of(reading.views.prose)
    value = sum(
        [
            any(w in lexicon.QUESTION_WORDS for w in words),
            any(w in lexicon.EXPERIENCE for w in words),
            len(words) > 4,
            not _STOCK.search(text),
        ]
    )
    good = goodness(value, (1, 0.1), (2, 0.45), (4, 1.0))
    return Measure("question_openness", "conversation", value, "of 4", good, "A question the reader can answer", questions[-1:])


def something_to_add(reading: Reading, _surface: Surface) -> Measure:
    """What a reader could respond to: figures, links, quoted words and first-hand experience
    (``credibility.first_hand``). Range: 0 and up; 0 gives 0.25, 1 is average, 3 gives 0.9 (L10, X5: worth passing on)."""
    value = len(figures(reading)) + len(reading.links) + reading.views.normalized.count('"') // 2
    value += first_hand(reading)
    good = goodness(value, (0, 0.25), (1, 0.5), (3, 0.9)) if len(reading.words) >= MIN_WORDS else None
    return Measure("something_to_add", "conversation", value, "", good, "Points a reader can respond to")


MEASURES = (closing_question, question_openness, something_to_add)
