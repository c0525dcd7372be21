"""A rule of a Vale style on a draft: plain text, which is read as Vale reads a text file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nlp.language.text_cache import TextCache
from nlp.model import Evidence, RuleInfo, Span, Surface
from nlp.rules.parsing import LEVELS
from nlp.rules.rule import Match, Rule, Subject
from nlp.rules.vale import markdown as blocks
from nlp.rules.vale import scopes
from nlp.rules.vale.block import Document
from nlp.rules.vale.linter import searchable
from nlp.rules.vale.rule import Hit
from nlp.rules.vale.rule import Rule as ValeRule

EXTENSION = "txt"
_UNITS = frozenset({"paragraph", "sentence"})
#: A draft has at most 30,000 characters, and a text of more than a tenth of the limit is not kept.
_documents: TextCache[Document] = TextCache(300_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptedRule(Rule):
    """Runs ``vale`` on the prose of a draft, or on the whole text if it is for Vale's scope ``raw``."""

    vale: ValeRule

    def matches(self, subject: Subject) -> list[Match]:
        document = _document(self.text(subject.reading))
        memory: set[str] = set()
        return [
            self._match(hit, block.offset(hit.start), block.offset(max(hit.start, hit.end - 1)) + 1)
            for block in document.blocks
            if scopes.select(self.vale.scopes, block.scope)
            for hit in self.vale.find(block, memory, document.elements)
        ]

    def _match(self, hit: Hit, start: int, end: int) -> Match:
        message = self.vale.message(hit)
        return Match(None if hit.whole else Span(start, end), hit.replacements, (message,))

    def message(self, match: Match, quote: str) -> str:
        """As Vale fills it in."""
        return match.words[0]

    @property
    def prefilter(self) -> Any:
        return self.vale.prefilter if searchable(self.vale) else None

    @property
    def is_linear(self) -> bool:
        return self.vale.is_linear


def adapt(rule: ValeRule, *, level: str, surfaces: tuple[Surface, ...], why: str, source: str) -> AdaptedRule:
    """``level``: one of ``parsing.LEVELS``. ``why`` is said if the rule has no description, and ``source`` names where it is
    from."""
    info = RuleInfo(
        id=rule.id,
        message=rule.text,
        why=rule.description or why,
        dimension="clarity",
        severity=LEVELS[level],
        evidence=Evidence("organisation", rule.link or source),
        points=0.0,
        surfaces=surfaces,
    )
    reads_raw = any(name == "raw" for terms in rule.scopes for term in terms for name in term.names)
    return AdaptedRule(
        info=info, scope="raw" if reads_raw else "text", action=rule.action, limit=rule.limit, vale=rule
    )  # fmt: skip


def _document(text: str) -> Document:
    """For all rules that run on one text."""
    (document,) = _documents.get_or_compute([text], lambda texts: [blocks.plain(one, EXTENSION, _UNITS) for one in texts])
    return document
