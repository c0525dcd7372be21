"""Unlabelled English text for pretraining: posts and comments, and the text of every data set whose licence permits releasing
weights. Left out are sets that permit small linear weights only (tweet_wording_pairs, davidson_offensive) and the one whose
licence is not confirmed (webis_clickbait17)."""

from __future__ import annotations

import csv
import html
import random
import re
from collections.abc import Iterator
from pathlib import Path

from nlp.language.lexicon import ENGLISH
from nlp.training.language.treebanks import open_text, paragraphs, read_trees, written

SEED = 20
MIN_WORDS, MAX_WORDS = 4, 180
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def posts(corpora: Path) -> list[str]:
    """All distinct texts, in a fixed random order."""
    texts = list(dict.fromkeys(" ".join(html.unescape(text).split()) for text in _texts(corpora)))
    english = [text for text in texts if _is_english(text)]
    random.Random(SEED).shuffle(english)
    return english


def _is_english(text: str) -> bool:
    """A rough test: enough short English words, and ASCII letters. Posts that fail are names, spam or another language."""
    words = [word.lower() for word in _WORD.findall(text.replace("’", "'"))]
    if not MIN_WORDS <= len(words) <= MAX_WORDS:
        return False
    return sum(word in ENGLISH for word in words) >= len(words) / 8 and sum(map(str.isascii, words)) >= 0.9 * len(words)


def _texts(corpora: Path) -> Iterator[str]:
    for raw in sorted((corpora / "wnut17" / "raw").iterdir()):
        with open_text(raw) as file:
            yield from file
    for name in ("train.tsv", "dev.tsv"):
        with open_text(corpora / "goemotions" / name) as file:
            yield from (line.split("\t")[0] for line in file)
    for name in ("stack-exchange.csv", "wikipedia.csv"):
        yield from _column(corpora / "stanford_politeness" / name, "Request")
    for genre in ("answers", "blog", "email"):
        with open_text(corpora / "formality_pavlick" / f"{genre}.tsv") as file:
            yield from (line.rstrip("\n").split("\t")[-1] for line in file)
    for pair in ("headline_a", "headline_b"):
        yield from _column(corpora / "upworthy" / "headline_pairs.csv", pair)
    for ranking in sorted((corpora / "ukp_convarg1" / "ranking").glob("*.tsv")):
        with open_text(ranking) as file:
            yield from (line.split("\t")[-1].replace("<br/>", " ") for line in file)
    for article in sorted((corpora / "onestop_english" / "intermediate").glob("*.txt")):
        yield from article.read_text(encoding="utf-8").splitlines()
    yield from _column(corpora / "sms_spam" / "sms.csv", "text")
    for bank in ("ud_english_ewt/en_ewt-train.conllu", "ud_english_gum_open/en_gum_open-train.conllu"):
        for group in paragraphs(read_trees(corpora / bank)):
            yield " ".join(written(tree) for tree in group)
            yield from (written(tree) for tree in group)


def _column(path: Path, name: str) -> Iterator[str]:
    with open_text(path) as file:
        yield from (row[name] for row in csv.DictReader(file))
