"""A scoring version: rules, rubric and learned weights as one immutable document, identified by the hash of its content.

Loading has three steps, and each can fail: *parse* (a known format, numbers within their limits), *audit* (known names,
learned weights that match their hashes) and *construct*. Nothing in a document is ever executed.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from nlp import measures, profiles, rules
from nlp.model import BANDS, DRAFT_DIMENSIONS, DRAFT_SURFACES, PROFILE_DIMENSIONS, PROFILE_SURFACES, RuleInfo, Surface
from nlp.quality import bait, features, sentence_order, word_order
from nlp.quality.correction.apply import corrected
from nlp.quality.correction.weights import CorrectionWeights, dense_names
from nlp.quality.document import (
    LATER,
    Bands,
    Document,
    LaterPart,
    OrganisationPart,
    RubricPart,
    RulePart,
    WeightsPart,
    canonical,
    digest,
)
from nlp.quality.genericness import GenericnessModel
from nlp.quality.kinds.predict import KindModel
from nlp.quality.levers.predict import LeverModel
from nlp.quality.linear import LinearWeights
from nlp.quality.marks.predict import MarkModel
from nlp.quality.marks.profiles.predict import ProfileMarkModel
from nlp.quality.rubric import Rubric, rates
from nlp.quality.rubric_settings import RubricSettings
from nlp.quality.stored import StoredWeights
from nlp.quality.style import STYLES
from nlp.quality.wordings import models
from nlp.rules import OrganisationRules
from nlp.rules.words import WordEntry

FORMAT = 1
#: The parts that only an organisation's own versions have.
_OWN = ("correction", "organisation")
#: The learned weights in a document, each with the features its model may use; packaged as ``weights/<name>.json``.
LEARNED: Mapping[str, Callable[[], Collection[str]]] = {
    **dict.fromkeys(("bait", "wording", "opening", "formality", "level", "politeness", "warmth", "spam"), features.known),
    "order": word_order.known,
    "sequence": sentence_order.known,
}
WEIGHTS = Path(__file__).parent / "weights"

#: The files besides the document that determine a score: a change in one of them can change it.
_ENGINE_ROOT = Path(__file__).parents[1]
_ENGINE_SUFFIXES = frozenset({".py", ".yml", ".json", ".txt", ".tsv", ".npz"})
_NOT_ENGINE = frozenset({"evaluation", "training", "fairness", "__pycache__"})


class ScoringError(ValueError):
    """A scoring document that cannot be used; ``str()`` is one line that names the field and the limit."""


class Scoring:
    """One scoring version, immutable. Make one with ``load_scoring`` or ``changed``."""

    def __init__(self, parsed: Document) -> None:
        self._parsed = parsed
        self._version = hashlib.sha256(_canonical(parsed).encode()).hexdigest()
        #: The rules of the organisation's own words and style packages.
        self.organisation = organisation_rules(parsed.organisation)
        known = {info.id: info for info in (*catalogue(), *self.organisation.infos)}
        self._costs = {
            rule: round(10 * (known[rule].points if part.points is None else part.points))
            for rule, part in parsed.rules.items()
            if rule in known
        }
        self._rules = tuple(
            replace(info, on=part.on, points=self._costs[info.id] / 10)
            for info in known.values()
            if (part := parsed.rules.get(info.id)) is not None
        )
        self._on = frozenset(info.id for info in self._rules if info.on)
        self._surfaces_off = {rule: frozenset(part.surfaces_off) for rule, part in parsed.rules.items() if part.surfaces_off}
        #: What the organisation's own readers changed; ``None`` without it.
        self.correction = parsed.correction.weights if parsed.correction else None
        self.marks = _mark_model(parsed)
        self.profile_marks = parsed.profile_marks.compute(ProfileMarkModel) if parsed.profile_marks else None
        self.kinds = parsed.kinds.compute(KindModel) if parsed.kinds else None
        self.levers = parsed.levers.compute(LeverModel) if parsed.levers else None
        self.genericness = parsed.genericness.compute(GenericnessModel) if parsed.genericness else None
        #: By study; none in a version that is older than they are.
        self.wordings = parsed.wordings.compute(models) if parsed.wordings else {}
        self._rubrics = {surface: self._rubric(surface) for surface in (*DRAFT_SURFACES, *PROFILE_SURFACES)}

    @property
    def version(self) -> str:
        """Lower-case hexadecimal SHA-256 of the canonical JSON of ``document``."""
        return self._version

    @property
    def document(self) -> dict[str, Any]:
        """The whole version as JSON-ready data (a copy); ``load_scoring`` of it gives the same version again."""
        return self._parsed.model_dump(mode="json", by_alias=True, exclude=_missing(self._parsed))

    def _shared_document(self) -> dict[str, Any]:
        """As ``document``, but with the weights as they were parsed, which ``load_scoring`` takes over."""
        weights = {"learned", "correction", *LATER}
        data = self._parsed.model_dump(mode="json", by_alias=True, exclude=_missing(self._parsed) | weights)
        return data | {name: part for name in weights if (part := getattr(self._parsed, name)) is not None}

    @property
    def weights(self) -> dict[str, int]:
        """The weight of every dimension, of drafts and of profiles, 0-100."""
        return dict(self._parsed.rubric.weights)

    @property
    def emphasis(self) -> dict[str, dict[str, int]]:
        """Surface to dimension to the percentage of its weight that counts there, 0-300; 100 where missing."""
        return {surface: dict(percents) for surface, percents in self._parsed.rubric.emphasis.items()}

    @property
    def rules(self) -> list[dict[str, Any]]:
        """Every rule with its switch, its points and its surfaces, JSON-ready. ``guards``: it guards people and disclosure;
        ``is_own``: it is the organisation's."""
        guarding, own = rules.guards(), {info.id for info in self.organisation.infos}
        return [
            {
                "id": info.id,
                "message": info.message,
                "why": info.why,
                "dimension": info.dimension,
                "severity": info.severity,
                "evidence": {"grade": info.evidence.grade, "source": info.evidence.source},
                "on": info.on,
                "points": info.points,
                "surfaces": list(info.surfaces),
                "surfaces_off": sorted(self._surfaces_off.get(info.id, ())),
                "guards": info.id in guarding,
                "is_own": info.id in own,
            }
            for info in self._rules
        ]

    def is_on(self, rule: str, surface: Surface | None = None) -> bool:
        """Whether the rule with this id is switched on: on ``surface``, if given, or else on any."""
        return rule in self._on and (surface is None or surface not in self._surfaces_off.get(rule, ()))

    @property
    def own(self) -> dict[str, Any]:
        """The organisation's words and packages, JSON-ready, in the form of the document's ``organisation``."""
        part = self._parsed.organisation or OrganisationPart()
        return part.model_dump(mode="json")

    @property
    def mark_hashes(self) -> dict[str, str]:
        """The hashes of the learned weights of the marks, of drafts and of profiles, and of their correction, by part of the
        document."""
        names = ("marks", "profile_marks", "correction")
        parts = {name: getattr(self._parsed, name) for name in names}
        return {name: part.sha256 for name, part in parts.items() if part}

    @property
    def current(self) -> bool:
        """Whether this version was made with the software that is running. If not, its scores may differ from those
        it gave then: record ``renewed()`` as a separate version."""
        return self._parsed.engine == engine()

    def rubric(self, surface: Surface) -> Rubric:
        """The rubric of ``surface``."""
        return self._rubrics[surface]

    def worths(self) -> dict[Surface, dict[str, float]]:
        """Surface to dimension to the points of the score that a point of its mark counts for. For a version with marks."""
        assert self.marks is not None  # noqa: S101
        surfaces = self.marks.weights.surfaces
        return {surface: rates(self.rubric(surface), surfaces[surface].gain) for surface in DRAFT_SURFACES}

    def learned(self, name: str) -> LinearWeights | None:
        """The learned weights called ``name`` (one of ``LEARNED``); ``None`` in a version that is older than they are."""
        part = self._parsed.learned.get(name)
        return part.weights if part else None

    def changed(
        self,
        weights: Mapping[str, int] | None = None,
        rules: Mapping[str, Mapping[str, Any]] | None = None,
        own: Mapping[str, Any] | None = None,
        settings: RubricSettings | None = None,
    ) -> Scoring:
        """A new version with other weights, with other switches, points and surfaces of rules, or with other words and packages
        of the organisation (``own``, as the property of that name). ``settings``: other weights, emphasis and bands. Raises
        ``ScoringError``."""
        document = self._shared_document()
        document["rubric"]["weights"].update(weights or {})
        if settings is not None:
            document["rubric"] = settings.apply(document["rubric"])
        if own is not None:
            document["organisation"] = dict(own) if any(own.values()) else None
            gone = {info.id for info in self.organisation.infos} - _known(_parse(document))
            document["rules"] = {rule: part for rule, part in document["rules"].items() if rule not in gone}
        for rule, part in (rules or {}).items():
            document["rules"][rule] = {**document["rules"].get(rule, {}), **part}
        return load_scoring(document)

    def with_correction(self, correction: CorrectionWeights | None) -> Scoring:
        """With this correction in place of its own; ``None`` for the shipped marks. Raises ``ScoringError``."""
        document = self._shared_document()
        document["correction"] = _as_part(correction)
        return load_scoring(document)

    def renewed(self) -> Scoring:
        """The same settings under the software that is running: rules it no longer has are dropped, new ones are added, and the
        learned weights are replaced by its own. A correction stays if everything it needs is still measured; otherwise the
        result has none."""
        document = self.document
        known = _known(self._parsed)
        document["engine"] = None
        document["learned"] = packaged()
        document.update(packaged_later())
        if self.correction is not None:
            names = dense_names(document["marks"]["weights"]["measures"])
            document["correction"] = _as_part(self.correction.carried_over(names))
        document["rules"] = {rule: part for rule, part in document["rules"].items() if rule in known}
        return load_scoring(document)

    def _rubric(self, surface: Surface) -> Rubric:
        part = self._parsed.rubric
        emphasis = part.emphasis.get(surface, {})
        is_profile = surface in PROFILE_SURFACES
        dimensions = PROFILE_DIMENSIONS if is_profile else DRAFT_DIMENSIONS
        drafts_part = None if is_profile else part.drafts
        profile_marks = self._parsed.profile_marks if is_profile else None
        fitted = profile_marks.weights if profile_marks else drafts_part
        changed = part.profiles if is_profile else None
        banded = changed or fitted
        bands: Mapping[Any, int] = banded.bands if banded else part.bands
        return Rubric(
            weights={dimension: part.weights[dimension] * emphasis.get(dimension, 100) for dimension in dimensions},
            shares=part.shares,
            costs=self._costs,
            bands=(bands["fair"], bands["good"], bands["strong"]),
            means=part.means,
            gain=drafts_part.gain if drafts_part else part.gain,
            interval_scale=fitted.interval_scale if fitted else 100,
            band_precision={str(band): share for band, share in banded.band_precision.items()} if banded else {},
            minimum_words=1 if is_profile else part.minimum_words,
            counted_per_rule=part.counted_per_rule,
        )


def load_scoring(document: Mapping[str, Any] | Path | None = None) -> Scoring:
    """A scoring version from JSON-ready data or a JSON file; without one, the packaged default. Rules that a document made
    with this software does not mention keep their defaults. Raises ``ScoringError``."""
    if document is None:
        return _default()
    if isinstance(document, Path):
        document = _read(document)
    parsed = _share(_parse(document))
    _audit(parsed)
    return Scoring(_completed(parsed))


@functools.cache
def catalogue() -> tuple[RuleInfo, ...]:
    """All rules, of drafts and of profiles, by id."""
    return tuple(sorted((*rules.catalogue(), *profiles.catalogue()), key=lambda info: info.id))


def organisation_rules(part: OrganisationPart | None) -> OrganisationRules:
    """The rules of a document's ``organisation``, kept for the few versions that a process compares."""
    return OrganisationRules() if part is None else _organisation_rules(part.model_dump_json())


@functools.lru_cache(maxsize=8)
def _organisation_rules(stored: str) -> OrganisationRules:
    part = OrganisationPart.model_validate_json(stored)
    words = [WordEntry(word.kind, word.text, word.use, word.note, tuple(word.surfaces)) for word in part.words]
    return OrganisationRules(words, part.packages)


def _known(parsed: Document) -> set[str]:
    """The ids of all rules that the document may set."""
    return {info.id for info in (*catalogue(), *organisation_rules(parsed.organisation).infos)}


@functools.cache
def engine() -> str:
    """SHA-256 over the names and contents of all packaged files that can change a score."""
    combined = hashlib.sha256()
    for path in sorted(_ENGINE_ROOT.rglob("*")):
        relative = path.relative_to(_ENGINE_ROOT)
        if path.suffix in _ENGINE_SUFFIXES and not _NOT_ENGINE & set(relative.parts):
            combined.update(f"{relative.as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return combined.hexdigest()


@functools.cache
def _default() -> Scoring:
    rubric = _read(WEIGHTS / "rubric.json")
    return load_scoring({"format": FORMAT, "rubric": rubric, "learned": packaged(), **packaged_later()})


def packaged() -> dict[str, Any]:
    """The learned weights of this software, in the form of a document's ``learned``."""
    return {name: _packaged(name, LinearWeights) for name in LEARNED}


def packaged_later() -> dict[str, Any]:
    """The parts named in ``LATER`` of this software, in the form of a document."""
    return {name: _packaged(name, weights) for name, weights in LATER.items()}


def _packaged(name: str, model: type[BaseModel]) -> dict[str, Any]:
    weights = model.model_validate(_read(WEIGHTS / f"{name}.json")).model_dump(mode="json")
    return {"sha256": digest(weights), "weights": weights}


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScoringError(f"{path.name}: cannot be read ({error.strerror})") from None
    except ValueError:
        raise ScoringError(f"{path.name}: must be JSON in UTF-8") from None
    if not isinstance(data, dict):
        raise ScoringError(f"{path.name}: must be an object")
    return data


def _parse(document: Mapping[str, Any]) -> Document:
    format_ = document.get("format") if isinstance(document, Mapping) else None
    if format_ != FORMAT or isinstance(format_, bool):
        raise ScoringError(f"format: must be {FORMAT}; other formats need another release")
    try:
        return Document.model_validate(dict(document))
    except ValidationError as errors:
        first = errors.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise ScoringError(f"{field}: {first['msg']}".replace("\n", " ")) from None


def _missing(parsed: Document) -> set[str]:
    """A version that is older than a part keeps its hash without it."""
    return {name for name in (*LATER, *_OWN) if getattr(parsed, name) is None}


def _canonical(parsed: Document) -> str:
    """The canonical JSON of the document. That of the weights, which are nearly all of it, is made once."""
    parts = {name: part for name in ("correction", *LATER) if (part := getattr(parsed, name)) is not None}
    rest = parsed.model_dump(mode="json", by_alias=True, exclude=_missing(parsed) | {"learned", *parts})
    texts = {name: canonical(value) for name, value in rest.items()}
    texts["learned"] = _join({name: _canonical_part(part) for name, part in parsed.learned.items()})
    return _join(texts | {name: _canonical_part(part) for name, part in parts.items()})


def _canonical_part(part: WeightsPart) -> str:
    return _join({"sha256": canonical(part.sha256), "weights": part.canonical_weights})


def _join(texts: Mapping[str, str]) -> str:
    return "{" + ",".join(f"{canonical(name)}:{text}" for name, text in sorted(texts.items())) + "}"


#: Weights that were found intact, by their type and hash: those of this release, and of an earlier one or two.
_intact: dict[tuple[type[WeightsPart], str], WeightsPart] = {}
MAX_INTACT = 64


def _share(parsed: Document) -> Document:
    """The document with weights that another version of this process has."""
    learned = {name: _shared(part) for name, part in parsed.learned.items()}
    others = {name: _shared(part) for name in ("correction", *LATER) if (part := getattr(parsed, name)) is not None}
    return parsed.model_copy(update={"learned": learned, **others})


def _shared(part: WeightsPart) -> WeightsPart:
    known = _intact.get((type(part), part.sha256))
    return known if known is not None and known.weights == part.weights else part


def _check_intact(name: str, part: WeightsPart) -> None:
    key = type(part), part.sha256
    if _intact.get(key) is part:
        return
    if part.digest != part.sha256:
        raise ScoringError(f"{name}.sha256: does not match the weights")
    if len(_intact) >= MAX_INTACT:
        _intact.clear()
    _intact[key] = part


def _audit(parsed: Document) -> None:
    _audit_rubric(parsed.rubric)
    if parsed.engine in (None, engine()):
        _check_known("rules", parsed.rules, _known(parsed))
        _check_complete("learned", parsed.learned, LEARNED)
    _check_known("learned", parsed.learned, LEARNED)
    for name, part in parsed.learned.items():
        _check_intact(f"learned.{name}", part)
        if problem := part.weights.problem(LEARNED[name]()):
            raise ScoringError(f"learned.{name}.weights.{problem}")
    for name in LATER:
        _audit_part(name, getattr(parsed, name))
    _audit_correction(parsed)


def _audit_correction(parsed: Document) -> None:
    _audit_part("correction", parsed.correction)
    if parsed.correction is None:
        return
    if parsed.marks is None:
        raise ScoringError("correction: needs marks, which this version does not have")
    if problem := parsed.correction.weights.problem_with(dense_names(parsed.marks.weights.measures)):
        raise ScoringError(f"correction.weights.{problem}")


def _mark_model(parsed: Document) -> MarkModel | None:
    if parsed.marks is None:
        return None
    if parsed.correction is None:
        return parsed.marks.compute(MarkModel)
    correction = parsed.correction.weights
    return MarkModel(corrected(parsed.marks.weights, correction), correction.levels)


def _as_part(correction: CorrectionWeights | None) -> dict[str, Any] | None:
    if correction is None:
        return None
    weights = correction.model_dump(mode="json")
    return {"sha256": digest(weights), "weights": weights}


def _audit_rubric(rubric: RubricPart) -> None:
    dimensions = (*DRAFT_DIMENSIONS, *PROFILE_DIMENSIONS)
    _check_complete("rubric.weights", rubric.weights, dimensions)
    for group in (DRAFT_DIMENSIONS, PROFILE_DIMENSIONS):
        if not any(rubric.weights[dimension] for dimension in group):
            raise ScoringError(f"rubric.weights: one of {', '.join(group)} must be above 0")
    _check_known("rubric.emphasis", rubric.emphasis, (*DRAFT_SURFACES, *PROFILE_SURFACES))
    for surface, emphasis in rubric.emphasis.items():
        _check_known(f"rubric.emphasis.{surface}", emphasis, dimensions)
        group = PROFILE_DIMENSIONS if surface in PROFILE_SURFACES else DRAFT_DIMENSIONS
        if not any(rubric.weights[dimension] * emphasis.get(dimension, 100) for dimension in group):
            raise ScoringError(f"rubric.emphasis.{surface}: one dimension that has a weight must be above 0")
    draft_measures = [name for names in measures.NAMES.values() for name in names]
    every_measure = (*draft_measures, bait.MEASURE, *STYLES, *profiles.NAMES)
    _check_known("rubric.shares", rubric.shares, every_measure)
    _check_known("rubric.middles", rubric.means, every_measure)
    _check_increasing("rubric.bands", rubric.bands)
    if rubric.drafts:
        _check_increasing("rubric.drafts.bands", rubric.drafts.bands)
        _check_complete("rubric.drafts.agreed", rubric.drafts.band_precision, BANDS)
    if rubric.profiles:
        _check_increasing("rubric.profiles.bands", rubric.profiles.bands)
        _check_complete("rubric.profiles.band_precision", rubric.profiles.band_precision, BANDS)


def _audit_part(name: str, part: LaterPart | None) -> None:
    if part is None:
        return
    _check_intact(name, part)
    if problem := part.compute(_problem):
        raise ScoringError(f"{name}.weights.{problem}")


def _problem(weights: StoredWeights) -> str:
    return weights.problem()


def _completed(parsed: Document) -> Document:
    if parsed.engine not in (None, engine()):
        return parsed
    own = organisation_rules(parsed.organisation)
    priced = {}
    for info in (*catalogue(), *own.infos):
        part = parsed.rules.get(info.id)
        if part is None or part.points is None:
            is_on = part.on if part else info.on and info.id not in own.off
            surfaces_off = part.surfaces_off if part else []
            part = RulePart(on=is_on and info.on, points=info.points, surfaces_off=surfaces_off)
        priced[info.id] = part
    return parsed.model_copy(update={"engine": engine(), "rules": priced})


def _check_increasing(field: str, bands: Bands) -> None:
    _check_complete(field, bands, ("fair", "good", "strong"))
    if not bands["fair"] < bands["good"] < bands["strong"]:
        raise ScoringError(f"{field}: must increase from fair to good to strong")


def _check_known(field: str, names: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise ScoringError(f"{field}: unknown name {unknown[0]!r}")


def _check_complete(field: str, names: Iterable[str], required: Iterable[str]) -> None:
    _check_known(field, names, required)
    missing = sorted(set(required) - set(names))
    if missing:
        raise ScoringError(f"{field}.{missing[0]}: is missing")
