"""The parts of a scoring document, with the type and limits of each field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
)

from nlp.model import Band, Surface
from nlp.quality.correction.weights import CorrectionWeights
from nlp.quality.genericness import GenericnessWeights
from nlp.quality.kinds.weights import KindWeights
from nlp.quality.levers.weights import LeverWeights
from nlp.quality.linear import LinearWeights
from nlp.quality.marks.profiles.weights import ProfileMarkWeights
from nlp.quality.marks.weights import MarkWeights
from nlp.quality.stored import StoredWeights
from nlp.quality.wordings import WordingWeights
from nlp.rules.packages import MAX_FILES
from nlp.rules.words import WordKind, is_word

#: Entries of the organisation's word list, and characters of an entry and of its note.
MAX_WORDS, MAX_WORD_LENGTH, MAX_WORD_NOTE = 2_000, 80, 200
MAX_PACKAGES = 20
#: The parts of a document that hold other weights; packaged as ``weights/<name>.json``.
LATER: Mapping[str, type[StoredWeights]] = {
    "marks": MarkWeights,
    "profile_marks": ProfileMarkWeights,
    "kinds": KindWeights,
    "levers": LeverWeights,
    "genericness": GenericnessWeights,
    "wordings": WordingWeights,
}

Result = TypeVar("Result")
Weight = Annotated[int, Field(ge=0, le=100)]
Percent = Annotated[int, Field(ge=0, le=300)]
Points = Annotated[float, Field(ge=0, le=20, multiple_of=0.1)]
Threshold = Annotated[int, Field(ge=1, le=100)]
Bands = dict[Literal["fair", "good", "strong"], Threshold]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def canonical(data: Any) -> str:
    """JSON with sorted keys and no blanks."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(data: Any) -> str:
    """SHA-256 of the canonical JSON in UTF-8."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def _check_path(path: str) -> str:
    if path.startswith("/") or any(char in path for char in "\\\0:") or {"", ".", ".."} & set(path.split("/")):
        raise ValueError("must stay in its folder")
    return path


PackageName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,49}$")]
#: Of a file in a package.
FilePath = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_check_path)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class DraftsPart(Part):
    """What was fitted to the rated drafts; the fields are those of ``Rubric``."""

    bands: Bands
    gain: Annotated[int, Field(ge=50, le=300, alias="spread")]
    interval_scale: Annotated[int, Field(ge=50, le=500, alias="doubt")]
    band_precision: Annotated[dict[Band, Weight], Field(alias="agreed")]


class ProfilesPart(Part):
    """Bands of profiles that replace those of the learned marks; the fields are those of ``Rubric``."""

    bands: Bands
    band_precision: dict[Band, Weight]


class RubricPart(Part):
    """``weights``: dimension to 0-100. ``emphasis``: surface to dimension to percent of that weight. ``bands``: lowest score of
    each band but the first. ``drafts``: what differs for drafts from profiles. ``profiles``: bands that were changed; left out
    of the document without it, as in versions that are older than it. The other fields are those of ``Rubric``.

    Stored versions keep the keys they were written with, which are part of their hash; hence the aliases."""

    weights: dict[Name, Weight]
    emphasis: dict[Name, dict[Name, Percent]] = {}
    shares: dict[Name, Weight] = {}
    means: Annotated[dict[Name, Weight], Field(alias="middles")] = {}
    bands: Bands
    gain: Annotated[int, Field(ge=50, le=300, alias="spread")] = 100
    drafts: DraftsPart | None = None
    profiles: ProfilesPart | None = None
    minimum_words: Annotated[int, Field(ge=1, le=50)] = 5
    counted_per_rule: Annotated[int, Field(ge=1, le=20)] = 3

    @model_serializer(mode="wrap")
    def _leave_out_missing(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data: dict[str, Any] = serialize(self)
        if self.profiles is None:
            del data["profiles"]
        return data


class RulePart(Part):
    """``points``: the cost of one finding; the rule's default without it. ``surfaces_off``: where the rule is off although it
    is on elsewhere; left out of the document where it is empty, as in versions that are older than it."""

    on: bool = True
    points: Points | None = None
    surfaces_off: list[Surface] = []

    @model_serializer(mode="wrap")
    def _leave_out_empty(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data: dict[str, Any] = serialize(self)
        if not self.surfaces_off:
            del data["surfaces_off"]
        return data


class WordPart(Part):
    """An entry of the organisation's words; the fields are those of ``WordEntry``."""

    kind: WordKind
    text: Annotated[str, Field(min_length=1, max_length=MAX_WORD_LENGTH)]
    use: Annotated[str, Field(max_length=MAX_WORD_LENGTH)] = ""
    note: Annotated[str, Field(max_length=MAX_WORD_NOTE)] = ""
    surfaces: list[Surface] = []

    @field_validator("text")
    @classmethod
    def _has_a_word(cls, text: str) -> str:
        if not is_word(text):
            raise ValueError("must have a letter or digit")
        return text


class OrganisationPart(Part):
    """The organisation's own words, and its packages of Vale styles: by name, the text of each file by its path."""

    words: Annotated[list[WordPart], Field(max_length=MAX_WORDS)] = []
    packages: Annotated[
        dict[PackageName, Annotated[dict[FilePath, str], Field(max_length=MAX_FILES)]], Field(max_length=MAX_PACKAGES)
    ] = {}


class WeightsPart(Part):
    """Weights with their hash. Most versions in a process share them, so what is computed from them is kept."""

    sha256: Sha256
    weights: Any

    @cached_property
    def _computed(self) -> dict[Callable[..., Any], Any]:
        return {}

    def compute(self, function: Callable[[Any], Result]) -> Result:
        """``function`` of the weights, which it may not change; called once."""
        if function not in self._computed:
            self._computed[function] = function(self.weights)
        result: Result = self._computed[function]
        return result

    @property
    def canonical_weights(self) -> str:
        return self.compute(_canonical_weights)

    @property
    def digest(self) -> str:
        """What ``sha256`` must be."""
        return self.compute(_digest_weights)


def _canonical_weights(weights: BaseModel) -> str:
    return canonical(weights.model_dump(mode="json"))


def _digest_weights(weights: BaseModel) -> str:
    return digest(weights.model_dump(mode="json"))


class LearnedPart(WeightsPart):
    weights: LinearWeights


class MarksPart(WeightsPart):
    weights: MarkWeights


class ProfileMarksPart(WeightsPart):
    weights: ProfileMarkWeights


class KindsPart(WeightsPart):
    weights: KindWeights


class LeversPart(WeightsPart):
    weights: LeverWeights


class GenericnessPart(WeightsPart):
    weights: GenericnessWeights


class WordingsPart(WeightsPart):
    weights: WordingWeights


class CorrectionPart(WeightsPart):
    weights: CorrectionWeights


LaterPart = CorrectionPart | MarksPart | ProfileMarksPart | KindsPart | LeversPart | GenericnessPart | WordingsPart


class Document(Part):
    """The parsed document. ``engine`` is the hash of the software that it was made with; by default, of the running one. The
    parts named in ``LATER`` are missing in versions that are older than they are. ``correction`` and ``organisation`` are there
    only if the organisation has them."""

    format: Literal[1]
    engine: Sha256 | None = None
    rubric: RubricPart
    rules: dict[Name, RulePart] = {}
    learned: dict[Name, LearnedPart]
    marks: MarksPart | None = None
    profile_marks: ProfileMarksPart | None = None
    kinds: KindsPart | None = None
    levers: LeversPart | None = None
    genericness: GenericnessPart | None = None
    wordings: WordingsPart | None = None
    correction: CorrectionPart | None = None
    organisation: OrganisationPart | None = None
