"""The version of this release."""

from __future__ import annotations

#: Also in pyproject.toml, and in the extension's package.json, whose number is what browsers compare.
VERSION = "0.1.0"
