"""Rules on sequences of tokens, each given by a pattern, a Penn Treebank part-of-speech tag, or both
(https://vale.sh/docs/checks/sequence)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from nlp.language import read
from nlp.rules.patterns import compile_pattern, is_linear
from nlp.rules.source import Source
from nlp.rules.vale import prose, scopes
from nlp.rules.vale.block import Block
from nlp.rules.vale.rule import TEXT, Hit, Memory, Rule, Setting, case_flag

if TYPE_CHECKING:
    from nlp.language.types import Token

#: Tokens that a step may skip at most, and how often it may have to occur.
MAX_SKIP, MAX_TIMES = 20, 20
_SENTENCES = scopes.parse(["sentence"])


@dataclass(frozen=True, slots=True)
class Step:
    """One token of a sequence: the pattern, the Penn tag and the universal tag that it must (with ``negate``: must not) match.
    ``group`` is the number of the token in the rule file and of its repetition: one that may be skipped to is several steps,
    all but one ``optional``."""

    pattern: Any
    tag: Any
    negate: bool
    group: tuple[int, int]
    optional: bool = False
    upos: Any = None

    def matches(self, token: Token) -> bool:
        pattern = self.pattern is None or (self.pattern.fullmatch(token.text) is not None) != self.negate
        tag = self.tag is None or (self.tag.search(token.tag) is not None) != self.negate
        upos = self.upos is None or (self.upos.fullmatch(token.pos) is not None) != self.negate
        return pattern and tag and upos


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSequence(Rule):
    """Marks sequences of tokens within one sentence that match its steps in order. The search begins at the first step with a
    pattern, the anchor, and goes to the left and to the right of it."""

    steps: tuple[Step, ...]
    anchor: int
    #: Searches a sentence for the anchor, so that one without it is not parsed.
    anywhere: Any = None
    exceptions: tuple[Any, ...] = ()
    #: The numbers of the tokens to mark; all where empty.
    targets: frozenset[int] = frozenset()

    @classmethod
    def parse(cls, source: Source, _setting: Setting, common: dict[str, Any]) -> Self:
        tokens = source.data.get("tokens")
        if not isinstance(tokens, list) or not tokens or not all(isinstance(token, dict) for token in tokens):
            raise source.error("tokens", "a sequence rule needs a list of tokens, each with a pattern, a tag or a upos")
        flag = case_flag(source)
        steps = tuple(step for number, token in enumerate(tokens) for step in _steps(source, token, flag, number))
        wanted = [(number, step) for number, step in enumerate(steps) if not step.negate]
        if not wanted:
            raise source.error("tokens", "a sequence rule needs a token that is not negated")
        anchor, step = next((pair for pair in wanted if pair[1].pattern is not None), wanted[0])
        pattern = tokens[step.group[0]].get("pattern") or ""
        return cls(
            **common | ({"scopes": _SENTENCES} if common["scopes"] == TEXT else {}),
            steps=steps,
            anchor=anchor,
            anywhere=compile_pattern(source, "tokens", f"{flag}(?m)(?:{pattern})") if pattern else None,
            exceptions=tuple(compile_pattern(source, "exceptions", text) for text in source.strings("exceptions")),
            targets=frozenset(group for group, token in enumerate(tokens) if token.get("target")),
        )

    @property
    def prefilter(self) -> Any:
        return self.anywhere if is_linear(self.anywhere) else None

    @property
    def is_linear(self) -> bool:
        return self.anywhere is None or is_linear(self.anywhere)

    def find(self, block: Block, _memory: Memory, _elements: dict[str, int]) -> Iterator[Hit]:
        if self.anywhere is not None and self.anywhere.search(block.text) is None:
            return
        if "sentence" in block.scope:
            yield from self._find_in_sentence(block)
            return
        for span in prose.sentences(block.text):
            for hit in self._find_in_sentence(block.part(span.start, span.end, block.scope)):
                yield hit._replace(start=hit.start + span.start, end=hit.end + span.start)

    def _find_in_sentence(self, block: Block) -> Iterator[Hit]:
        # A line break would end the sentence.
        tokens = [token for token in _joined(read(block.text.replace("\n", " ")).tokens) if not token.text.isspace()]
        excluded = [match.span() for pattern in self.exceptions for match in pattern.finditer(block.text)]
        for number, token in enumerate(tokens):
            if not self.steps[self.anchor].matches(token):
                continue
            left = self._walk(tokens[:number][::-1], _reversed(self.steps[: self.anchor]))
            right = self._walk(tokens[number:], self.steps[self.anchor :])
            if left is None or right is None:
                continue
            # The words of the message are the tokens; those to the left were found from right to left.
            matched = [
                *((group, number - 1 - at) for group, at in reversed(left)),
                *((group, number + at) for group, at in right),
            ]
            marked = [at for group, at in matched if not self.targets or group[0] in self.targets] or [at for _, at in matched]
            start, end = tokens[min(marked)].start, tokens[max(marked)].end
            if not any(first <= start < last for first, last in excluded):
                yield Hit(start, end, tuple(tokens[at].text for _, at in matched), self.action.edit(block.text[start:end]))

    def _walk(self, tokens: Sequence[Token], steps: Sequence[Step]) -> list[tuple[tuple[int, int], int]] | None:
        """The tokens that ``steps`` go over, as pairs of the group of the step and the index in ``tokens``; ``None``
        where one does not match. Where the sentence ends, steps that are negated hold."""
        walked: list[tuple[tuple[int, int], int]] = []
        step = at = 0
        while step < len(steps):
            current = steps[step]
            if at >= len(tokens):
                return walked if all(later.negate for later in steps[step:]) else None
            walked.append((current.group, at))
            is_match = current.matches(tokens[at])
            if not is_match and not current.optional:
                return None
            at += 1
            step += 1
            if is_match and current.optional:
                # Found before all optional steps were used: the others of the same token are done.
                while step < len(steps) and steps[step].group == current.group:
                    step += 1
        return walked


def _joined(tokens: Sequence[Token]) -> Iterator[Token]:
    """``tokens`` with words that hyphens join as one, as Vale counts them, with the tags of the word that heads the others."""
    start = 0
    while start < len(tokens):
        end = start + 1
        while end + 1 < len(tokens) and tokens[end].text == "-" and tokens[end - 1].end + 1 == tokens[end + 1].start:
            end += 2
        group = tokens[start:end]
        head = next((token for token in group if not start <= token.head < end or tokens[token.head] == token), group[0])
        yield head._replace(text="".join(token.text for token in group), start=group[0].start, end=group[-1].end)
        start = end


def _reversed(steps: Sequence[Step]) -> list[Step]:
    """``steps`` from right to left. The optional ones of a token come before the one that is required, in both directions."""
    backwards: list[Step] = []
    for group in sorted({step.group for step in steps}, reverse=True):
        backwards += sorted((step for step in steps if step.group == group), key=lambda step: not step.optional)
    return backwards


def _steps(source: Source, token: dict[str, Any], flag: str, number: int) -> Iterator[Step]:
    pattern, tag, upos = (token.get(key) or "" for key in ("pattern", "tag", "upos"))
    skip, times = token.get("skip") or 0, token.get("min") or 1
    if not all(isinstance(text, str) for text in (pattern, tag, upos)) or not (pattern or tag or upos):
        raise source.error("tokens", "each token needs a pattern, a tag or a upos")
    if not isinstance(skip, int) or not 0 <= skip <= MAX_SKIP:
        raise source.error("tokens", f"skip must be a whole number from 0 to {MAX_SKIP}")
    if not isinstance(times, int) or not 1 <= times <= MAX_TIMES:
        raise source.error("tokens", f"min must be a whole number from 1 to {MAX_TIMES}")
    step = Step(
        compile_pattern(source, "tokens", flag + pattern) if pattern else None,
        compile_pattern(source, "tokens", tag) if tag else None,
        bool(token.get("negate")),
        (number, 0),
        upos=compile_pattern(source, "tokens", upos) if upos else None,
    )
    for repetition in range(times):
        yield from [replace(step, group=(number, repetition), optional=True)] * skip
        yield replace(step, group=(number, repetition))
