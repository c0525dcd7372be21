"""Display labels of kinds, bands, dimensions, evidence grades and roles."""

from __future__ import annotations

KIND_LABELS = {
    "linkedin-post": "Post",
    "linkedin-comment": "Comment",
    "x-post": "X post",
    "x-reply": "X reply",
    "linkedin-profile": "Profile update",
    "x-profile": "X profile update",
}
BAND_LABELS = {"needs-work": "Needs work", "fair": "Fair", "good": "Good", "strong": "Strong"}
#: The extension's card has the same labels for a draft's dimensions (extension/src/messages.json); a test compares them.
DIMENSION_LABELS = {
    "hook": "Hook",
    "clarity": "Clarity",
    "specificity": "Specifics",
    "story": "Story",
    "audience": "About the reader",
    "conversation": "Conversation",
    "credibility": "Credibility",
    "voice": "Voice",
    "form": "Form",
    "safety": "Safety",
    "headline": "Headline",
    "about": "About",
    "proof": "Proof",
    "completeness": "Completeness",
    "consistency": "Consistency",
    "contact": "Contact",
}
#: How well the reason for a tip is supported; the extension's card uses the same words.
EVIDENCE_GRADE_LABELS = {
    "A": "Evidence A: primary source or experiment",
    "B": "Evidence B: large study",
    "C": "Evidence C: practitioners' numbers",
    "D": "Evidence D: contested",
    "inference": "Our inference from other evidence",
    "organisation": "Your company's own rule",
}
ROLE_LABELS = {"rep": "Sales rep", "manager": "Manager", "admin": "Administrator"}


def kind_label(kind: str) -> str:
    """A kind unknown to this release is shown as stored."""
    return KIND_LABELS.get(kind, kind)


def band_label(band: str | None) -> str:
    return BAND_LABELS.get(band or "", "Not scored")


def dimension_label(dimension: str) -> str:
    """A dimension unknown to this release is shown by its own name, capitalised."""
    return DIMENSION_LABELS.get(dimension, dimension.capitalize())
