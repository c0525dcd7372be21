"""Lets an operator disable the extension's adapter for a site: extensions read the list in ``adapters.json`` in the data folder
and stop working on the layouts it names. The list can only disable adapters; it contains no code and no links.

    [{"adapter": "linkedin", "layout": "sdui", "action": "disable", "fixed_in": "1.2.0", "message": "..."}]

Layouts: ``sdui``, ``classic``, ``framed``, ``article`` of ``linkedin``; ``web``, ``mobile``, ``article`` of ``x``; ``plain`` of
``site``, which stands for all other sites; ``*`` for all of them. Extensions ignore the entry from version ``fixed_in`` on;
``null`` applies to all versions. ``message`` may be empty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from server.coaching.schemas import AdapterOut
from server.core.logs import log
from server.core.problems import Problem

FILE = "adapters.json"
_LIST = TypeAdapter(list[AdapterOut])


def disabled_adapters(folder: Path) -> list[dict[str, Any]]:
    """The adapters to disable. 503 if the file is invalid, which is also logged: extensions then keep the list they have, so
    that a typing error neither disables nor enables anything."""
    path = folder / FILE
    try:
        return [adapter.model_dump() for adapter in _LIST.validate_json(path.read_bytes())]
    except FileNotFoundError:
        return []
    except (OSError, ValidationError) as error:
        log.error("adapters-unreadable", error=type(error).__name__)
        raise Problem(503, "adapters-unreadable", "The list of adapters cannot be read") from None
