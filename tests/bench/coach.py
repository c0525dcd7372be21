"""How long one assessment takes, for drafts of 280, 1,000 and 3,000 characters, beside the tokenizer and splitter alone."""

from __future__ import annotations

from nlp import Coach, Draft, language
from tests.bench.table import Row, milliseconds, row

SAMPLES = 60
SENTENCES = (
    "Last quarter a logistics buyer asked me why our quote was 14% above the next one.",
    "I had no good answer, so I spent two mornings on her loading dock and counted.",
    "Nine pallets in a hundred came back with a torn label, and each one cost her team 25 minutes.",
    "We are thrilled to leverage best-in-class synergies to move the needle for our clients!",
    "What would you have measured first?",
    "The change took four weeks, and returns fell to three in a hundred.\n\n",
)


def text_of(characters: int) -> str:
    """A draft of exactly ``characters``, each repetition with its own number so that no sentence stands twice."""
    parts: list[str] = []
    length = number = 0
    while length < characters:
        part = f"{SENTENCES[number % len(SENTENCES)]} ({number}) "
        parts.append(part)
        length += len(part)
        number += 1
    return "".join(parts)[:characters]


def measure() -> list[Row]:
    coach, bare = Coach(), language.load()
    rows: list[Row] = []
    for size in (280, 1_000, 3_000):
        text = text_of(size)

        def pipeline(text: str = text) -> object:
            with bare.memory_zone():
                return len(bare(text))

        alone = row("coach", f"pipeline alone, {size} characters", "ms", milliseconds(pipeline, samples=SAMPLES))
        whole = milliseconds(lambda text=text: coach.assess(Draft("linkedin-post", text)), samples=SAMPLES)
        rows += [alone, row("coach", f"assess, {size} characters", "ms", whole, against=alone)]
    return rows
