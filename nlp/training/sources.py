"""The corpora that training and evaluation read, and the check that they are there. SOURCES.md describes each."""

from __future__ import annotations

from pathlib import Path

DEFAULT = Path("../shared/corpora")
#: Folders below the corpora folder; ``--corpora`` on the command line, ``CORPORA`` for make.
LANGUAGE = (
    "ark_pos", "broad_twitter_corpus", "formality_pavlick", "goemotions", "onestop_english", "sms_spam", "stanford_politeness",
    "ud_english_ewt", "ud_english_gum_open", "ud_english_pud", "ukp_convarg1", "uner_english_ewt", "uner_english_pud",
    "upworthy", "wikigold", "wnut17",
)  # fmt: skip
QUALITY = (
    "cefr_sp", "formality_pavlick", "goemotions", "minilm_static", "sms_spam", "stanford_politeness", "tweet_wording_pairs",
    "ud_english_ewt", "ud_english_gum_open", "ud_english_pud", "upworthy", "webis_clickbait17",
)  # fmt: skip


class CorporaMissingError(Exception):
    """Corpora are missing. The message is one line that says which, and how to pass another folder."""


def require(corpora: Path, names: tuple[str, ...]) -> None:
    """Raises CorporaMissingError unless ``corpora`` holds all of the folders ``names``."""
    missing = [name for name in names if not (corpora / name).is_dir()]
    if not missing:
        return
    what = "not found" if len(missing) == len(names) else f"incomplete (missing: {', '.join(missing)})"
    raise CorporaMissingError(
        f"Training corpora {what}: {corpora}. Pass --corpora DIR (make: CORPORA=DIR); nlp/training/SOURCES.md lists the layout."
    )
