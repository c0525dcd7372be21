"""The switch for a site's adapter: an operator writes ``adapters.json`` into the data folder, and extensions stop touching that
layout. It can only switch off; nothing that a browser would run or follow comes from here.

    [{"adapter": "linkedin", "layout": "sdui", "action": "disable", "fixed_in": "1.2.0", "message": "..."}]

Layouts: ``sdui``, ``classic``, ``framed`` of ``linkedin``; ``web``, ``mobile`` of ``x``; ``*`` for all of them. Versions from
``fixed_in`` on go on reading; ``null`` switches off all. ``message`` may be empty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from server.coaching.schemas import AdapterOut
from server.core.logs import log
from server.core.problems import Problem

FILE = "adapters.json"
_LIST = TypeAdapter(list[AdapterOut])


def disabled(folder: Path) -> list[dict[str, Any]]:
    """The adapters to switch off. A file that cannot be read is logged as an error and answered as one: extensions then keep
    to the list they have, so that a slip of the pen neither switches off nor on."""
    path = folder / FILE
    try:
        return [one.model_dump() for one in _LIST.validate_json(path.read_bytes())]
    except FileNotFoundError:
        return []
    except (OSError, ValidationError) as error:
        log.error("adapters-unreadable", error=type(error).__name__)
        raise Problem(503, "adapters-unreadable", "The list of adapters cannot be read") from None
