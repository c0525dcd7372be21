"""``make bench``: run every benchmark, print one table and write it to var/bench.json.

Name benchmarks to run only those: ``python -m tests.bench coach rules http browser``. Exit code 2, with one line on stderr,
where something that a benchmark compares with is missing."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from tests.bench.table import MissingPrerequisiteError, Row, as_text, save

BENCHES = ("coach", "rules", "http", "browser")


def main(names: list[str]) -> int:
    modules = {name: import_module(f"tests.bench.{name}") for name in names or BENCHES}
    rows: list[Row] = []
    try:
        # Before the first one runs: together they take several minutes.
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
