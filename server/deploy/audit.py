"""Checks the locked packages against published advisories with pip-audit and npm audit.

Exit codes: 0 if nothing is known, 1 if a package has a known vulnerability, 3 if the advisories of a tool could not be reached.
pip-audit itself reports success for packages that it could not look up, so its report is read here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from server.deploy.locks import ROOT

CLEAN, VULNERABLE, UNREACHABLE = 0, 1, 3
#: A tool that retries for longer has no connection.
TIMEOUT_SECONDS = 300
PIP_AUDIT = (sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format=json", "--progress-spinner=off")
NPM_AUDIT = ("npm", "--prefix", "extension", "audit", "--package-lock-only", "--json")


@dataclass(frozen=True)
class Outcome:
    code: int
    lines: tuple[str, ...]


def run(command: Sequence[str]) -> str:
    """What the tool printed; empty if it did not finish. Its exit code does not tell findings from failures."""
    try:
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout


def judge_python(name: str, output: str) -> Outcome:
    """The outcome of a pip-audit report in JSON."""
    packages = _parse(output).get("dependencies") or []
    findings = tuple(
        f"{name}: {package['name']} {package['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or '-'}"
        for package in packages
        for found in package.get("vulns", [])
    )
    skipped = sum("skip_reason" in package for package in packages)
    if findings:
        return Outcome(VULNERABLE, findings)
    if skipped or not packages:
        return Outcome(
            UNREACHABLE, (f"{name}: not checked, because the advisories of {skipped or 'all'} packages cannot be reached",)
        )
    return Outcome(CLEAN, (f"{name}: no known vulnerabilities in {len(packages)} packages",))


def judge_npm(name: str, output: str) -> Outcome:
    """The outcome of an npm audit report in JSON."""
    report = _parse(output)
    if "vulnerabilities" not in report or "error" in report:
        return Outcome(UNREACHABLE, (f"{name}: not checked, because npm's advisories cannot be reached",))
    findings = tuple(f"{name}: {package}: {found['severity']}" for package, found in sorted(report["vulnerabilities"].items()))
    return Outcome(VULNERABLE, findings) if findings else Outcome(CLEAN, (f"{name}: no known vulnerabilities",))


def audit(run: Callable[[Sequence[str]], str] = run) -> list[Outcome]:
    files = sorted(path.name for path in ROOT.glob("requirements*.txt"))
    return [
        *(judge_python(file, run((*PIP_AUDIT, "--requirement", file))) for file in files),
        judge_npm("extension/package-lock.json", run(NPM_AUDIT)),
    ]


def main() -> int:
    outcomes = audit()
    for outcome in outcomes:
        print(*outcome.lines, sep="\n")  # noqa: T201
    codes = {outcome.code for outcome in outcomes}
    return VULNERABLE if VULNERABLE in codes else max(codes)


def _parse(output: str) -> dict[str, Any]:
    try:
        report = json.loads(output)
    except ValueError:
        return {}
    return report if isinstance(report, dict) else {}


if __name__ == "__main__":
    sys.exit(main())
