"""``make bench``: run every benchmark, print one table and write it to var/bench.json.

Name some of them to run only those: ``python -m tests.bench coach rules http browser``."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from tests.bench.table import Row, keep, show

BENCHES = ("coach", "rules", "http", "browser")


def main(names: list[str]) -> None:
    rows: list[Row] = []
    for name in names or BENCHES:
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows += import_module(f"tests.bench.{name}").measure()
    print(show(rows))
    keep(rows, Path("var/bench.json"))


if __name__ == "__main__":
    main(sys.argv[1:])
