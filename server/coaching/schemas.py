"""Request and response bodies of the coaching API. Offsets and lengths of texts are UTF-16 code units."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nlp.model import MAX_DRAFT_UTF16
from server.coaching.rule_scopes import MAX_ENTRY
from server.core.schemas import PlainText, RequestBody, ResponseBody
from server.wording_help.operations import MAX_COMPANY

RULES_OFF = "rules that are off everywhere as `<rule>`, and rules that are off on one surface as `<rule>@<surface>`"

DraftSurface = Literal["linkedin-post", "linkedin-comment", "x-post", "x-reply"]
#: Articles and long posts, and posts and comments on other sites (``nlp/elsewhere.py``).
Place = Literal["long-form", "other-post", "other-comment"]
ProfileSurface = Literal["linkedin-profile", "x-profile"]
Band = Literal["needs-work", "fair", "good", "strong"]
ShareChoice = Literal["ask", "always", "never"]
#: This limit is in characters and only excludes texts that are certainly too long; the coach counts UTF-16 units exactly.
Text = Annotated[str, Field(max_length=MAX_DRAFT_UTF16, description="At most 30,000 UTF-16 code units")]
Points = Annotated[float, Field(description="Points of the score, at most one decimal")]

MAX_SECTIONS = 30
MAX_ITEMS = 200
MAX_RULES_OFF = 200


class AssessIn(RequestBody):
    surface: DraftSurface | Place = Field(
        description="`long-form`: an article or a long post, which gets tips and no score. `other-post`, `other-comment`: on "
        "another site than LinkedIn and X, judged as on LinkedIn and without its limits"
    )
    text: Text
    previous: Text | None = Field(None, description="An earlier wording to compare with; only on LinkedIn's and X's surfaces")
    read_anyway: bool = Field(
        default=False,
        description="The rep says that the draft is about business: no sentence counts as protected. Recorded nowhere",
    )


class CompareIn(RequestBody):
    surface: DraftSurface
    a: Text
    b: Text


class WordingIn(RequestBody):
    surface: DraftSurface
    text: Text
    advice: PlainText = Field(max_length=100, description="The code of the advice on this text")
    company: PlainText = Field(
        max_length=MAX_COMPANY, description="The company that the rep was told receives the text. 409 if it is another one now"
    )


class ProfileIn(RequestBody):
    surface: ProfileSurface
    sections: dict[str, Text | Annotated[list[Text], Field(max_length=MAX_ITEMS)] | None] = Field(
        max_length=MAX_SECTIONS,
        description="The sections that were loaded. Leave out one that was not loaded; an empty one counts as empty",
    )


class PreferencesIn(RequestBody):
    share_choice: ShareChoice | None = None
    rules_off: list[Annotated[PlainText, Field(max_length=MAX_ENTRY)]] | None = Field(
        None, max_length=MAX_RULES_OFF, description=f"All of them: {RULES_OFF}"
    )
    wording_help: bool | None = Field(None, description="Whether the rep wants suggested wordings")
    ignored_rule: PlainText | None = Field(None, max_length=100, description="A rule whose tip the rep ignored")


class PlaceOut(ResponseBody):
    offset: int
    length: int


class EvidenceOut(ResponseBody):
    grade: Literal["A", "B", "C", "D", "inference", "organisation"]
    source: str


class FindingOut(ResponseBody):
    rule: str
    dimension: str
    span: PlaceOut | None = Field(description="Null if the finding is about the whole text")
    quote: str
    message: str
    why: str
    evidence: EvidenceOut
    severity: Literal["limit", "check", "tip"]
    replacements: list[str]
    points: Points


class AdviceOut(ResponseBody):
    code: str = Field(description="What to change: a lever of drafts or a dimension of profiles. ``leave``: nothing")
    message: str
    question: str = Field(description="Draws out what is missing; may be empty")
    worth: int = Field(ge=0, le=100, description="The rise to expect, in points of the score; 0 for ``leave``")
    spans: list[PlaceOut] = Field(description="The words that it is about; empty where it is about the whole text")


class ContributionOut(ResponseBody):
    kind: Literal["baseline", "measure", "sentence", "finding", "bound"]
    name: str
    dimension: str
    label: str
    points: Points
    value: float | None
    unit: str
    span: PlaceOut | None = Field(description="The sentence; null for every other kind")


class ConfidenceOut(ResponseBody):
    level: Literal["low", "medium", "high"]
    low: int
    high: int
    reason: str


class FoldOut(ResponseBody):
    where: str
    offset: int | None


class LengthOut(ResponseBody):
    used: int
    limit: int
    unit: str
    folds: list[FoldOut]


class TriggerOut(ResponseBody):
    span: PlaceOut
    quote: str


class GateOut(ResponseBody):
    state: Literal["open", "held", "protected"] = Field(
        description="`protected`: most of the text is protected talk, so none of it was read"
    )
    reasons: list[str]
    unread: list[PlaceOut] = Field(description="Sentences about somebody's own pay, health, belief and the like: not read")
    triggers: list[TriggerOut] = Field(description="The words that gave those sentences away")


class KindOut(ResponseBody):
    name: Literal[
        "announcement", "event", "hiring", "award", "thanks", "congratulation", "condolence", "apology", "greeting", "question",
        "answer", "how-to", "story", "opinion", "pitch", "link", "bait", "motivation", "reaction", "other",
    ]  # fmt: skip
    probability: float = Field(ge=0, le=1)


class ComparisonOut(ResponseBody):
    preferred: Literal["a", "b", "undecided"]
    probability_a: float = Field(ge=0, le=1)
    basis: str
    reasons: list[str]


class ProfileAssessmentOut(ResponseBody):
    surface: str
    score: int | None = Field(ge=0, le=100)
    band: Band | None
    kind: KindOut | None = Field(
        description="What a draft does. Null for profiles and for texts that are empty, not in English or protected"
    )
    confidence: ConfidenceOut | None
    dimensions: dict[str, int]
    findings: list[FindingOut]
    advice: list[AdviceOut] = Field(description="Up to three changes, the one that is worth most first")
    contributions: list[ContributionOut] = Field(description="They add up to the score")
    sentence_ranges: list[PlaceOut]
    length: LengthOut | None
    gate: GateOut
    scoring_version: str
    note: str
    note_code: str


class AssessmentOut(ProfileAssessmentOut):
    comparison: ComparisonOut | None = Field(description="``a`` is the earlier wording, ``b`` this one")


class WordingOut(ResponseBody):
    span: PlaceOut = Field(description="The passage of the text")
    text: str = Field(description="Another wording of it, as the model gave it: plain text, to be checked against the draft")


class WordingHelpOut(ResponseBody):
    mode: Literal["off", "device", "endpoint"] = Field(description="The organisation's choice")
    company: str = Field(description="Who receives texts in the mode `endpoint`; otherwise empty")
    is_on: bool = Field(description="The rep's own choice")


class MePersonOut(ResponseBody):
    name: str
    email: str
    role: Literal["rep", "manager", "admin"]


class SiteOut(ResponseBody):
    origin: str = Field(description="`https://` and a host")
    place: Place


class MeOrganisationOut(ResponseBody):
    name: str
    quiet_required: bool
    trade_words: list[str] = Field(description="Words that never count as protected talk")
    sites: list[SiteOut] = Field(description="Other sites on which the extension may coach once the rep allows it")


class NoticeOut(ResponseBody):
    version: str
    acknowledged: bool


class MeOut(ResponseBody):
    user: MePersonOut
    organisation: MeOrganisationOut
    notice: NoticeOut
    share_choice: ShareChoice
    rules_off: list[str] = Field(description=RULES_OFF.capitalize())
    wording_help: WordingHelpOut


class AdapterOut(ResponseBody):
    adapter: str
    layout: str
    action: Literal["disable"]
    fixed_in: str | None
    message: str


class AdaptersOut(ResponseBody):
    disabled: list[AdapterOut]
