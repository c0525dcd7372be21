"""Kinds of shared items, as stored and as sent over the API. Metrics have a table of their own (``people.models.Metric``)."""

from __future__ import annotations

SOCIAL_KINDS = ("linkedin-post", "linkedin-comment", "x-post", "x-reply", "linkedin-profile", "x-profile")
