"""Data augmentation: turns edited sentences into posts, with mentions before and hashtags and links after the sentence,
dropped, lengthened and lower-case letters, and slang for common words. Trees stay valid: every added token gets its tag and
head.

Tokens outside the sentence are annotated as in Liu et al. 2018 (Parsing Tweets into Universal Dependencies, section 2):
hashtags, retweet markers and emoticons are ``discourse``, links are ``list``, and all of them depend on the root.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from nlp.training.language.treebanks import ROOT, Tree

EMOTICONS = (
    ":)", ":(", ":D", ";)", ":-)", ":/", ":P", "<3", "xD", ":-(", "=)", "😂", "😍", "😭",
    "🔥", "🙏", "👍", "👏", "💯", "🎉", "😊", "🤔", "😅", "❤️", "🚀", "👇", "💡", "✅",
    "👀", "💪", "🙌", "😎", "✨", "🤷", "😉", "🤝", "📈", "⬇️", "😂😂", "🔥🔥🔥", "🎉🎉",
)  # fmt: skip
SLANG: dict[str, tuple[str, ...]] = {
    "you": ("u", "ya"), "are": ("r",), "your": ("ur", "yr"), "to": ("2",), "for": ("4",), "people": ("ppl",),
    "because": ("cuz", "bc", "coz"), "though": ("tho",), "with": ("w/", "wit"), "and": ("&", "n"), "before": ("b4",),
    "thanks": ("thx", "tnx"), "please": ("pls", "plz"), "great": ("gr8",), "them": ("em",), "the": ("da", "teh"),
    "this": ("dis",), "that": ("dat",), "really": ("rly",), "love": ("luv",), "tomorrow": ("tmrw", "2moro"), "ok": ("k", "kk"),
    "what": ("wat", "wut"), "about": ("abt",), "something": ("smth", "sumthin"), "see": ("c",), "be": ("b",), "oh": ("o",),
    "yes": ("yea", "yup", "yeah"), "no": ("nah", "nope"), "know": ("kno",), "now": ("nw",), "tonight": ("2nite", "tonite"),
    "good": ("gud",), "right": ("rite",), "when": ("wen",), "have": ("hav",), "just": ("jus",), "some": ("sum",),
    "without": ("w/o",), "through": ("thru",), "very": ("v",), "why": ("y",), "my": ("ma",), "message": ("msg",),
    "today": ("2day",),
}  # fmt: skip
LINKS = ("https://example.com/a1B2", "http://ex.co/x7", "example.com/post")
VOWELS = "aeiou"
_MARKS = ("!", "!!", "!!!", "...", "…", "?!", "..")


class _Edit:
    """A tree that can be edited."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.rows = [
            list(row)
            for row in zip(tree.words, tree.spaces, tree.pos, tree.tags, tree.morphs, tree.lemmas, tree.deps, strict=True)
        ]
        self.heads = list(tree.heads)

    @property
    def root(self) -> int:
        return self.heads.index(ROOT)

    def insert(self, index: int, word: str, pos: str, tag: str, dep: str) -> None:
        """Inserts ``word`` at position ``index``, as a dependent of the root."""
        self.heads = [head + (head >= index) if head != ROOT else ROOT for head in self.heads]
        self.rows.insert(index, [word, True, pos, tag, "Number=Sing" if pos == "PROPN" else "_", word, dep])
        self.heads.insert(index, 0)
        root = next(i for i, head in enumerate(self.heads) if head == ROOT)
        self.heads[index] = root
        if index == len(self.rows) - 1 and index:
            self.rows[index - 1][1] = True

    def drop_last(self) -> None:
        """Removes the last token, which must not be a head."""
        self.rows.pop()
        self.heads.pop()

    def to_tree(self) -> Tree:
        words, spaces, pos, tags, morphs, lemmas, deps = zip(*self.rows, strict=True)
        return replace(
            self.tree,
            words=words,
            spaces=spaces,
            pos=pos,
            tags=tags,
            morphs=morphs,
            lemmas=lemmas,
            deps=deps,
            heads=tuple(self.heads),
        )


def as_post(trees: Sequence[Tree], rng: random.Random) -> list[Tree]:
    """``trees``, one to four sentences, as one post."""
    edits = [_Edit(tree) for tree in trees]
    for edit in edits:
        if rng.random() < 0.3:
            _loosen_end(edit, rng)
        if rng.random() < 0.2:
            _add_tags(edit, rng)
        if rng.random() < 0.45:
            _change_spelling(edit, rng)
    _add_ending(edits[-1], rng)
    _add_opening(edits[0], rng)
    case = rng.random()
    if case < 0.2:
        _each_word(edits, str.lower)
    elif case < 0.25:
        _each_word(edits, str.upper)
    elif case < 0.4:
        _each_word(edits, lambda word: "i" if word == "I" else word)
    return [edit.to_tree() for edit in edits]


def _each_word(edits: Sequence[_Edit], change: Callable[[str], str]) -> None:
    for edit in edits:
        for row in edit.rows:
            if not row[0].startswith(("http", "@")):
                row[0] = change(row[0])


def _add_opening(edit: _Edit, rng: random.Random) -> None:
    draw = rng.random()
    if draw < 0.1:
        for part in ((":", "PUNCT", ":", "punct"), ("@name", "PROPN", "NNP", "vocative"), ("RT", "X", "RT", "discourse")):
            edit.insert(0, *part)
    elif draw < 0.35:
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            edit.insert(0, "@name", "PROPN", "NNP", "vocative")
    elif draw < 0.38:
        edit.insert(0, rng.choice(EMOTICONS), "SYM", "NFP", "discourse")


def _add_ending(edit: _Edit, rng: random.Random) -> None:
    ending: list[tuple[str, str, str, str]] = []
    if rng.random() < 0.3:
        ending += [(_hashtag(edit.tree, rng), "X", "HT", "discourse") for _ in range(rng.choice((1, 1, 2, 3, 4)))]
    if rng.random() < 0.25:
        ending.append((rng.choice(LINKS), "X", "ADD", "list"))
    if rng.random() < 0.25:
        ending.append((rng.choice(EMOTICONS), "SYM", "NFP", "discourse"))
    if rng.random() < 0.05:
        ending.append(("@name", "PROPN", "NNP", "vocative"))
    rng.shuffle(ending)
    for part in ending:
        edit.insert(len(edit.rows), *part)


def _hashtag(tree: Tree, rng: random.Random) -> str:
    pairs = zip(tree.lemmas, tree.pos, strict=True)
    content = [lemma for lemma, pos in pairs if pos in ("NOUN", "PROPN", "ADJ", "VERB") and lemma.isalpha()] or ["sales"]
    words = [rng.choice(content) for _ in range(rng.choice((1, 1, 2)))]
    return "#" + ("".join(map(str.capitalize, words)) if rng.random() < 0.6 else "".join(words).lower())


def _loosen_end(edit: _Edit, rng: random.Random) -> None:
    last = len(edit.rows) - 1
    if last < 2 or edit.rows[last][0] not in (".", "!", "?") or last in edit.heads or edit.heads[last] == ROOT:
        return
    if rng.random() < 0.6:
        edit.drop_last()
        edit.rows[-1][1] = True
    else:
        edit.rows[last][0] = rng.choice(_MARKS)


def _add_tags(edit: _Edit, rng: random.Random) -> None:
    """Turns a word of the sentence into a hashtag, or a name into a mention; both keep their position in the tree."""
    candidates = [
        i for i, row in enumerate(edit.rows) if row[2] in ("NOUN", "PROPN", "ADJ") and row[0].isalpha() and len(row[0]) > 2
    ]
    for index in rng.sample(candidates, min(len(candidates), rng.choice((1, 1, 2)))):
        row = edit.rows[index]
        is_leaf = index not in edit.heads and edit.rows[index][6] not in ("flat", "compound")
        row[0] = "@name" if row[2] == "PROPN" and is_leaf and rng.random() < 0.5 else f"#{row[0]}"


def _change_spelling(edit: _Edit, rng: random.Random) -> None:
    for row in edit.rows:
        word = str(row[0])
        lower = word.lower()
        if lower in SLANG and rng.random() < 0.35:
            row[0] = rng.choice(SLANG[lower])
        elif "'" in word or "’" in word:
            if any(map(str.isalpha, word)) and rng.random() < 0.5:
                row[0] = word.replace("'", "").replace("’", "")
        elif row[3] == "VBG" and lower.endswith("ing") and rng.random() < 0.3:
            row[0] = word[:-1] + rng.choice(("", "'"))
        elif row[2] in ("ADJ", "ADV", "INTJ") and word.isalpha() and rng.random() < 0.08:
            row[0] = _lengthened(word, rng)
        elif len(word) > 4 and word.isalpha() and rng.random() < 0.05:
            row[0] = _with_typo(word, rng)


def _lengthened(word: str, rng: random.Random) -> str:
    places = [i for i, char in enumerate(word) if char.lower() in VOWELS] or [len(word) - 1]
    place = rng.choice(places)
    return word[:place] + word[place] * rng.choice((3, 4, 6)) + word[place + 1 :]


def _with_typo(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word) - 1)
    if rng.random() < 0.5:
        return word[:place] + word[place + 1 :]
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
