"""``make bench``: run every benchmark, print one table and write it to var/bench.json.

To run only some: ``python -m tests.bench coach http``. ``imports``, which takes a quarter of an hour, and
``card``, which compares two checkouts, run only when they are named.
Exit code 2, with one line on stderr, if a prerequisite of a benchmark is missing."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from tests.bench.table import MissingPrerequisiteError, Row, as_text, save

BENCHMARKS = ("coach", "rules", "http", "fairness", "strangers", "browser")


def main(names: list[str]) -> int:
    modules = {name: import_module(f"tests.bench.{name}") for name in names or BENCHMARKS}
    rows: list[Row] = []
    try:
        # Check all prerequisites first: together the benchmarks take several minutes.
        for module in modules.values():
            getattr(module, "require", lambda: None)()
        for name, module in modules.items():
            print(f"{name} ...", file=sys.stderr, flush=True)
            rows += module.measure()
    except MissingPrerequisiteError as error:
        print(error, file=sys.stderr)
        return 2
    print(as_text(rows))
    save(rows, Path("var/bench.json"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
