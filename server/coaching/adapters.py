"""Disabling a site's adapter: an operator writes ``adapters.json`` into the data folder, and extensions stop working on that
layout. It can only disable; nothing that a browser would run or follow comes from here.

    [{"adapter": "linkedin", "layout": "sdui", "action": "disable", "fixed_in": "1.2.0", "message": "..."}]

Layouts: ``sdui``, ``classic``, ``framed`` of ``linkedin``; ``web``, ``mobile`` of ``x``; ``*`` for all of them. Extensions from
version ``fixed_in`` on ignore the entry; ``null`` disables it in all. ``message`` may be empty."""

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
    """The adapters to disable. A file that cannot be read is logged and answered as an error: extensions then keep the list
    they have, so that a typing error neither disables nor enables anything."""
    path = folder / FILE
    try:
        return [adapter.model_dump() for adapter in _LIST.validate_json(path.read_bytes())]
    except FileNotFoundError:
        return []
    except (OSError, ValidationError) as error:
        log.error("adapters-unreadable", error=type(error).__name__)
        raise Problem(503, "adapters-unreadable", "The list of adapters cannot be read") from None
