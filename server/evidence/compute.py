"""The process that computes an association from a panel, as a job starts it and as an analyst can:

    python -m server.evidence.compute --outcome meeting --lag 2 --controls call < panel.csv

Prints the result as JSON; with ``--progress`` first a line for each step that is done. The same panel and settings give the
same numbers. It reads no database. In a process of its own, the statistics packages use memory only while they compute, and a
run can be cancelled at any moment.

Exit code 3: a package is missing; 4: the model cannot be fitted. Either way the last line says why, as ``problem``."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
from dataclasses import asdict
from importlib.metadata import version
from platform import python_version
from typing import Any

from server.evidence import limits

PACKAGES = ("pyfixest", "statsmodels", "numpy", "scipy", "pandas")
MISSING_PACKAGE, NOT_FITTED = 3, 4


def compute(content: bytes, settings: Any, *, progress: Any = lambda _share: None) -> dict[str, Any]:
    """``content``: the panel as CSV. Raises ``poisson.NotFitted`` and ``ValueError``."""
    import pandas as pd  # noqa: PLC0415 (missing packages are reported, not raised)

    from server.evidence.association import associate, needed_columns  # noqa: PLC0415

    digest = hashlib.sha256(content).hexdigest()
    wanted = needed_columns(settings)
    panel = pd.read_csv(io.BytesIO(content), usecols=lambda name: name in wanted)
    result = associate(panel, settings, progress=progress)
    return {
        "settings": asdict(settings),
        "data_hash": digest,
        "packages": {"python": python_version()} | {name: version(name) for name in PACKAGES},
        **asdict(result),
    }


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    try:
        from server.evidence.association import Settings  # noqa: PLC0415
        from server.evidence.poisson import NotFitted  # noqa: PLC0415
    except ImportError as error:
        _say(problem="missing-package", detail=error.name or "")
        return MISSING_PACKAGE
    settings = Settings(options.outcome, options.lag, options.cluster, tuple(options.controls))
    try:
        found = compute(sys.stdin.buffer.read(), settings, progress=_report if options.progress else _be_silent)
    except NotFitted as error:
        _say(problem=error.code)
        return NOT_FITTED
    except (ValueError, KeyError) as error:
        _say(problem="bad-panel", detail=str(error)[:200])
        return NOT_FITTED
    _say(result=found) if options.progress else print(json.dumps(found, indent=1))  # noqa: T201 (its output)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server.evidence.compute", description="Reads a panel as CSV from stdin.")
    parser.add_argument("--outcome", required=True, help="a column of the panel")
    parser.add_argument("--lag", type=int, default=limits.DEFAULT_LAG, choices=range(limits.MIN_LAG, limits.MAX_LAG + 1))
    parser.add_argument("--cluster", default="rep", choices=("rep", "team"))
    parser.add_argument("--controls", nargs="*", default=[], help="columns of the panel")
    parser.add_argument("--progress", action="store_true", help="print a line for each step")
    return parser


def _be_silent(_share: float) -> None:
    pass


def _report(share: float) -> None:
    _say(share=round(share, 3))


def _say(**values: Any) -> None:
    print(json.dumps(values), flush=True)  # noqa: T201 (its output)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
