"""The inputs and outputs of the coach, as frozen dataclasses.

Inside the library offsets are code points, because that is how Python slices; ``to_json`` returns UTF-16 code units, because
that is how browsers and editors count. ``Utf16`` is the only place that converts.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from typing import Any, Literal

Surface = Literal["linkedin-post", "linkedin-comment", "x-post", "x-reply", "linkedin-profile", "x-profile"]
DRAFT_SURFACES: tuple[Surface, ...] = ("linkedin-post", "linkedin-comment", "x-post", "x-reply")
PROFILE_SURFACES: tuple[Surface, ...] = ("linkedin-profile", "x-profile")

#: Dimensions in the order people read them. ``safety`` is a gate, not one of these.
DRAFT_DIMENSIONS = (
    "hook", "clarity", "specificity", "story", "audience", "conversation", "credibility", "voice", "form",
)  # fmt: skip
PROFILE_DIMENSIONS = ("headline", "about", "proof", "completeness", "consistency", "contact")

Band = Literal["needs-work", "fair", "good", "strong"]
BANDS: tuple[Band, ...] = ("needs-work", "fair", "good", "strong")
Severity = Literal["limit", "check", "tip"]
#: ``organisation``: the organisation's own rule or word, which needs no evidence.
Grade = Literal["A", "B", "C", "D", "inference", "organisation"]

#: The longest text that is assessed, in UTF-16 code units (TRUST.md T32).
MAX_DRAFT_UTF16 = 30_000
#: The most words, punctuation marks and other symbols in a text that is assessed (``inputs.count_units``, TRUST.md T32): the
#: time to parse a text grows with them and not with its characters. A post of 30,000 UTF-16 code units has about 7,000.
MAX_DRAFT_UNITS = 7_000


class InputError(ValueError):
    """A text or profile that cannot be assessed. ``field`` names what is wrong, ``limit`` the largest value allowed and
    ``code`` the kind of error; ``str()`` is one line that never repeats the text."""

    def __init__(self, message: str, *, field: str = "text", limit: int | None = None, code: str = "invalid") -> None:
        super().__init__(message)
        self.field = field
        self.limit = limit
        self.code = code


_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Utf16:
    """Converts code point offsets of one text to UTF-16 offsets and back."""

    def __init__(self, text: str) -> None:
        # Positions of the characters that take two units; usually empty, so both directions are cheap.
        self._astral = [] if text.isascii() else [match.start() for match in _ASTRAL.finditer(text)]
        self.length = len(text) + len(self._astral)

    def from_code_points(self, offset: int) -> int:
        return offset + bisect.bisect_left(self._astral, offset)

    def to_code_points(self, offset: int) -> int:
        """The code point at UTF-16 unit ``offset``; an offset inside a surrogate pair gives the pair's character."""
        low, high = 0, len(self._astral)
        while low < high:
            middle = (low + high) // 2
            if self._astral[middle] + middle + 1 < offset:
                low = middle + 1
            else:
                high = middle
        if low < len(self._astral) and self._astral[low] + low + 1 == offset:
            return self._astral[low]
        return offset - low


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Draft:
    """A text being written for a surface. ``previous`` is an earlier version to compare with, if the rep asked for it;
    ``near_copy`` is true if the caller knows that nearly the same text was published before, by the rep or a colleague.
    ``read_anyway``: the rep says that the text is about business, so no sentence of it counts as protected talk.
    ``trade_words``: words of the organisation's business that never count as protected."""

    surface: Surface
    text: str
    previous: str | None = None
    near_copy: bool = False
    read_anyway: bool = False
    trade_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """The rep's own profile. A section that is missing from ``sections`` was not loaded; ``None`` or ``""`` is empty.
    Sections that are lists (experience, skills, featured, recommendations) have one string per item."""

    surface: Surface
    sections: dict[str, str | tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a rule exists: the grade of the evidence and its source (a row of rules/EVIDENCE.md such as ``L5``, or a URL)."""

    grade: Grade
    source: str


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """The public description of a rule, as ``nlp.rules.catalogue()`` and ``nlp.profiles.catalogue()`` list it. ``points`` is
    the cost of one finding in points of the score (0-20, at most one decimal; 0 for information only); a scoring version may
    set another number. ``message`` may contain ``%s`` for the quoted words."""

    id: str
    message: str
    why: str
    dimension: str
    severity: Severity
    evidence: Evidence
    points: float
    surfaces: tuple[Surface, ...]
    on: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One tip on a text. ``span`` is ``None`` where it is about the whole text. ``points`` is its cost (0 or negative) in
    tenths of a point of the score, filled in by ``judge``; 0 for information only."""

    rule: str
    dimension: str
    message: str
    why: str
    evidence: Evidence
    severity: Severity
    span: Span | None = None
    quote: str = ""
    replacements: tuple[str, ...] = ()
    points: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """One named number about a text. ``value`` is in ``unit``, which is empty where ``label`` says what is counted, so that
    nobody reads "1 items". ``goodness`` maps it to 0-1 (1 is best). It is ``None`` where the text is too short to measure;
    the measure then does not count."""

    name: str
    dimension: str
    value: float
    unit: str
    goodness: float | None
    label: str
    #: The places in the text that were counted, for the explanation; may be empty.
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribution:
    """A part of the score, in tenths of a point. All contributions, the baseline included, add up to ``score * 10`` exactly."""

    kind: Literal["baseline", "measure", "sentence", "finding", "bound"]
    name: str
    dimension: str
    label: str
    tenths: int
    value: float | None = None
    unit: str = ""
    #: Of a sentence, the sentence.
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Confidence:
    """How far to trust the score: the interval, in points, that likely contains it, and one line that says why."""

    level: Literal["low", "medium", "high"]
    low: int
    high: int
    reason: str


@dataclass(frozen=True, slots=True)
class Fold:
    """Where the text is cut off by "see more". ``offset`` is ``None`` where the whole text is visible."""

    where: str
    offset: int | None


@dataclass(frozen=True, slots=True)
class Length:
    """``used`` of ``limit`` in the surface's own ``unit`` (``characters`` or ``weighted``)."""

    used: int
    limit: int
    unit: str
    folds: tuple[Fold, ...] = ()


GateState = Literal["open", "held", "protected"]


@dataclass(frozen=True, slots=True)
class Gate:
    """Safety as a gate. ``held``: no credit until the reasons are fixed. ``protected``: most of the text is about somebody's
    own pay, working conditions, health, belief, union, politics or family, which the coach does not comment on; there is no
    score and there are no findings. In every state, ``unread`` are the sentences about such a matter, which the coach does not
    read, and ``triggers`` the words that gave them away."""

    state: GateState
    reasons: tuple[str, ...] = ()
    unread: tuple[Span, ...] = ()
    triggers: tuple[Span, ...] = ()


NoteCode = Literal["empty", "too-short", "not-english", "partly-english", "protected", "no-score", "scored-alike"]


@dataclass(frozen=True, slots=True)
class Note:
    """Why a text has no score, or what its score leaves out. Compare ``code``; ``message`` is for people."""

    code: NoteCode
    message: str


#: What a draft may do.
KINDS = (
    "announcement", "event", "hiring", "award", "thanks", "congratulation", "condolence", "apology", "greeting", "question",
    "answer", "how-to", "story", "opinion", "pitch", "link", "bait", "motivation", "reaction", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """What a draft does, as far as a model can tell: ``name`` is one of ``KINDS``, ``probability`` how likely it is, 0-1."""

    name: str
    probability: float


#: What advice may ask for (``nlp/advice/texts.yml`` says each in words); ``leave`` is to change nothing.
LEVERS = (
    "case", "insight", "reader", "fact", "proof", "opening", "hype", "bait", "step", "ask", "form", "plain", "own", "leave",
)  # fmt: skip
#: The dimensions that each lever is about: those of the sentence that it points at (``nlp/advice/places.py``).
LEVER_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "case": ("story", "specificity"),
    "insight": ("conversation", "voice"),
    "reader": ("audience",),
    "fact": ("specificity",),
    "proof": ("credibility",),
    "opening": ("hook",),
    "hype": ("voice",),
    "bait": ("conversation", "voice"),
    "step": ("audience", "specificity"),
    "ask": ("conversation",),
    "form": ("form",),
    "plain": ("clarity",),
    "own": ("voice",),
    "leave": (),
}


@dataclass(frozen=True, slots=True)
class Advice:
    """A change that would raise the score. ``code``: one of ``LEVERS``, or of a profile one of its dimensions. ``question``
    draws out what is missing; it may be empty. ``worth``: the rise to expect, in points of the score; 0 for ``leave``.
    ``spans``: the words that it is about; empty where it is about the whole text."""

    code: str
    message: str
    question: str
    worth: int
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """The coach's assessment of a draft or a profile.

    ``score`` is an integer 0-100, or ``None`` where the text is empty, too short, not in English or protected;
    ``note`` says which. ``kind`` is ``None`` for profiles and for drafts that are empty, not in English or protected.
    ``advice``: up to three changes, the one that is worth most first; empty where there is no score.
    ``dimensions`` are 0-100. ``sentences`` are spans of one sentence or more; ``length`` is ``None`` for
    profiles. ``scoring_version`` is the content hash of the rules, rubric and weights used.

    ``genericness``, 0-100, is how much a draft reads as if nobody in particular had written it. It is for advice: it has no
    part in the score and is not in the JSON. ``None`` where there is no score, and in versions that are older than it.
    """

    surface: Surface
    text: str = field(repr=False)
    score: int | None
    band: Band | None
    confidence: Confidence | None
    dimensions: dict[str, int]
    findings: tuple[Finding, ...]
    contributions: tuple[Contribution, ...]
    measures: tuple[Measure, ...]
    sentences: tuple[Span, ...]
    length: Length | None
    gate: Gate
    scoring_version: str
    note: Note | None = None
    kind: Kind | None = None
    advice: tuple[Advice, ...] = ()
    genericness: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The assessment as JSON-ready data; offsets in UTF-16 units, points as numbers with at most one decimal."""
        units = Utf16(self.text)

        def to_range(span: Span) -> dict[str, int]:
            start = units.from_code_points(span.start)
            return {"offset": start, "length": units.from_code_points(span.end) - start}

        return {
            "surface": self.surface,
            "score": self.score,
            "band": self.band,
            "kind": self.kind and {"name": self.kind.name, "probability": self.kind.probability},
            "confidence": self.confidence
            and {
                "level": self.confidence.level,
                "low": self.confidence.low,
                "high": self.confidence.high,
                "reason": self.confidence.reason,
            },
            "dimensions": dict(self.dimensions),
            "findings": [
                {
                    "rule": f.rule,
                    "dimension": f.dimension,
                    "span": to_range(f.span) if f.span else None,
                    "quote": f.quote,
                    "message": f.message,
                    "why": f.why,
                    "evidence": {"grade": f.evidence.grade, "source": f.evidence.source},
                    "severity": f.severity,
                    "replacements": list(f.replacements),
                    "points": f.points / 10,
                }
                for f in self.findings
            ],
            "contributions": [
                {
                    "kind": c.kind,
                    "name": c.name,
                    "dimension": c.dimension,
                    "label": c.label,
                    "points": c.tenths / 10,
                    "value": c.value,
                    "unit": c.unit,
                    "span": to_range(c.span) if c.span else None,
                }
                for c in self.contributions
            ],
            "advice": [
                {
                    "code": a.code,
                    "message": a.message,
                    "question": a.question,
                    "worth": a.worth,
                    "spans": [to_range(span) for span in a.spans],
                }
                for a in self.advice
            ],
            "sentence_ranges": [to_range(s) for s in self.sentences],
            "length": self.length
            and {
                "used": self.length.used,
                "limit": self.length.limit,
                "unit": self.length.unit,
                "folds": [
                    {"where": f.where, "offset": None if f.offset is None else units.from_code_points(f.offset)}
                    for f in self.length.folds
                ],
            },
            "gate": {
                "state": self.gate.state,
                "reasons": list(self.gate.reasons),
                "unread": [to_range(sentence) for sentence in self.gate.unread],
                "triggers": [{"span": to_range(words), "quote": words.of(self.text)} for words in self.gate.triggers],
            },
            "scoring_version": self.scoring_version,
            "note": self.note.message if self.note else "",
            "note_code": self.note.code if self.note else "",
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which of two wordings is likely to do better. ``preferred`` is ``undecided`` where the evidence is too weak; ``basis``
    says in one line what the answer is based on and how often it was right when measured. ``is_refused``: the two cannot or
    should not be compared, so that not even the probability is a guess."""

    preferred: Literal["a", "b", "undecided"]
    probability_a: float
    basis: str
    reasons: tuple[str, ...] = ()
    is_refused: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "preferred": self.preferred,
            "probability_a": self.probability_a,
            "basis": self.basis,
            "reasons": list(self.reasons),
        }
