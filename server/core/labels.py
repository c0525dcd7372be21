"""Names of what the coach judges, as people read them."""

from __future__ import annotations

#: Those of a draft are the extension card's (extension/src/words.json); a test holds the two together.
DIMENSION_NAMES = {
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


def dimension_name(name: str) -> str:
    """A name of a later release is shown as it is."""
    return DIMENSION_NAMES.get(name, name.capitalize())
