"""Hook: what a reader sees before "see more" (EVIDENCE.md L2, L3, W5). The opening is the first sentence of prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.language import lexicon
from nlp.language.lexicon import stem
from nlp.measures.audience import reader_words
from nlp.measures.curves import goodness
from nlp.measures.specificity import capitalised
from nlp.model import Measure, Surface

if TYPE_CHECKING:
    from nlp.language import Reading

MIN_WORDS = 8


def opening_length(reading: Reading, surface: Surface) -> Measure:
    """Characters of the first sentence. Range: 1 and up. Best up to 90 (two lines of a phone); 0 from 240, which no fold shows
    (L2). ``None`` on comments and replies, which do not fold."""
    first = reading.prose_sentences[0] if reading.prose_sentences else None
    value = first.end - first.start if first else 0
    good = None
    if first and surface in ("linkedin-post", "x-post") and len(reading.words) >= MIN_WORDS:
        good = goodness(value, (8, 0.6), (25, 0.85), (90, 0.85), (140, 0.5), (240, 0.0))
    return Measure("opening_length", "hook", value, "", good, "Characters in the first sentence", (first,) if first else ())


def opening_substance(reading: Reading, _surface: Surface) -> Measure:
    """Concrete details in the opening: figures, names (capitalised words past the first), problem words, past events and
    contrasts. Range: 0 and up; 0 gives 0.25, one 0.6, three or more 1 (W5: topic words first; W6: specific)."""
    words = reading.words_by_sentence[0] if reading.words_by_sentence else ()
    signs = 0
    if words:
        first = reading.prose_sentences[0]
        signs += sum(first.start <= n.start < first.end for n in reading.numbers)
        signs += len(capitalised(reading, words))
        signs += sum(w.lower in lexicon.PROBLEMS or w.lower in lexicon.CONTRAST for w in words)
        signs += any(w.start in reading.event_starts for w in words)
    good = goodness(signs, (0, 0.25), (1, 0.6), (3, 1.0)) if len(reading.words) >= MIN_WORDS else None
    return Measure("opening_substance", "hook", signs, "", good, "Concrete details in the first sentence")


def opening_about_reader(reading: Reading, _surface: Surface) -> Measure:
    """Whom the opening is about: words for the reader or a buyer's role, minus words for us. Range: about -5 to 5; -1 or
    less gives 0.2, 0 gives 0.5, 1 or more 0.9 (L3, W5)."""
    first = reading.words_by_sentence[0] if reading.words_by_sentence else ()
    words = [stem(w) for w in first]
    reader = len(reader_words(first)) + sum(w in lexicon.YOU or w in lexicon.PROBLEMS for w in words)
    balance = reader - sum(w in lexicon.WE for w in words)
    good = goodness(balance, (-1, 0.2), (0, 0.5), (1, 0.9)) if len(reading.words) >= MIN_WORDS else None
    return Measure("opening_about_reader", "hook", balance, "", good, "Words for the reader less words for us, first sentence")


MEASURES = (opening_length, opening_substance, opening_about_reader)
