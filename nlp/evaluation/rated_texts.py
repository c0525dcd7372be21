"""``python -m nlp.evaluation.rated_texts FILE``: writes what the scores of rated texts are computed from, without the texts, so
that other weights, bands and costs can be tried on them where the labelled sets are not installed.

Only texts that nothing was fitted to: the held-out drafts that are like the feed, the held-out profiles, and the pairs of texts
that say the same (``nlp/fairness``).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlp.coach import Coach
from nlp.evaluation.agreement.scored import COLLECTIONS, FEED, MARKED_BANDS
from nlp.fairness.pairs import PAIRS, Pair
from nlp.model import Draft, Profile
from nlp.training.labels import WHOLE, drafts
from nlp.training.labels.profiles import profiles


def collect(coach: Coach) -> dict[str, Any]:
    """``marks``: hashes of the weights that the texts were measured with. ``reader_bands``: the lowest marks of fair, good and
    strong in the readers' guide. ``texts``: with the readers' mean mark for the whole, 0-100, and how the writer knows English,
    empty for profiles. ``same``: what differs in a pair of texts to the pairs."""
    return {
        "marks": coach.scoring.mark_hashes,
        "reader_bands": list(MARKED_BANDS),
        "texts": list(_texts(coach)),
        "same": {kind: list(_pairs(coach, pairs())) for kind, pairs in PAIRS.items()},
    }


def _texts(coach: Coach) -> Iterator[dict[str, Any]]:
    for draft in drafts("feed"):
        if draft.is_held_out and COLLECTIONS[FEED](draft):
            yield from _text(coach, Draft(draft.surface, draft.text), draft.mark(WHOLE), draft.english)
    for profile in profiles():
        if profile.is_held_out:
            yield from _text(coach, profile.profile, profile.mark(WHOLE), "")


def _text(coach: Coach, item: Draft | Profile, whole: float | None, english: str) -> Iterator[dict[str, Any]]:
    found = coach.score_inputs(item)
    if found is not None and whole is not None:
        yield {"whole": whole, "english": english, **found.as_json()}


def _pairs(coach: Coach, pairs: Iterable[Pair]) -> Iterator[list[dict[str, Any]]]:
    for surface, *texts in pairs:
        both = [coach.score_inputs(Draft(surface, text)) for text in texts]
        if all(both):
            yield [found.as_json() for found in both if found]


def as_lines(collected: Mapping[str, Any]) -> str:
    """JSON with a line for each text and pair."""

    def compact(value: Any) -> str:
        return json.dumps(value, separators=(",", ":"), sort_keys=True)

    texts = ",\n".join(map(compact, collected["texts"]))
    same = ",\n".join(
        f"{json.dumps(kind)}:[\n" + ",\n".join(map(compact, pairs)) + "\n]" for kind, pairs in collected["same"].items()
    )
    first = {name: value for name, value in collected.items() if name not in ("texts", "same")}
    return compact(first)[:-1] + f',"texts":[\n{texts}\n],"same":{{\n{same}\n}}}}\n'


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code: 2 without the name of a file."""
    if len(arguments) != 1:
        print("usage: python -m nlp.evaluation.rated_texts FILE", file=sys.stderr)  # noqa: T201
        return 2
    Path(arguments[0]).write_text(as_lines(collect(Coach())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
