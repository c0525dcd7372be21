"""Activity kinds, as stored and as sent over the API."""

from __future__ import annotations

SOCIAL_KINDS = ("linkedin-post", "linkedin-comment", "x-post", "x-reply", "linkedin-profile", "x-profile")
SALES_KINDS = ("call", "lead-followed-up", "meeting", "deal")
