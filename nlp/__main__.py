"""The command line: ``python -m nlp assess | compare | profile | lint``. Results go to stdout. An error is
one line on stderr and exit code 2; a batch with invalid lines exits with code 1."""

from __future__ import annotations

import argparse
import io
import json
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from nlp.model import DRAFT_SURFACES, PROFILE_SURFACES, Assessment, Draft, InputError, Profile, Surface

if TYPE_CHECKING:
    from nlp import Coach

#: Exit codes.
BAD_INPUT = 2
BAD_LINES = 1
#: The longest line of a batch, in bytes. A draft of 30,000 UTF-16 code units is shorter even if all are escaped.
MAX_LINE = 400_000
#: The longest input on stdin, in bytes.
MAX_STDIN_BYTES = 4_000_000
#: The largest file that is linted, in bytes; linting it takes about ten seconds.
MAX_FILE_BYTES = 500_000


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return cast("int", options.run(options))
    except BrokenPipeError:
        # The reader closed the pipe ("| head"): no message, and nothing left to flush.
        sys.stdout = io.TextIOWrapper(io.BytesIO())
        return 0
    except ValueError as error:
        # The messages of InputError, RuleError and ScoringError never repeat the text.
        for line in str(error).splitlines():
            print(f"nlp: {line}", file=sys.stderr)
        return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nlp", description="Repute's coach on the command line.")
    commands = parser.add_subparsers(dest="command", required=True)

    assess = commands.add_parser("assess", help="assess a text on stdin, or JSON lines with --batch")
    assess.add_argument("--surface", choices=DRAFT_SURFACES, help="where the text will appear")
    assess.add_argument("--json", action="store_true", help="print the assessment as JSON")
    assess.add_argument("--batch", action="store_true", help='read JSON lines {"id","surface","text"}, write JSON lines')
    assess.set_defaults(run=_assess)

    compare = commands.add_parser("compare", help='compare two wordings: JSON lines {"id","a","b"} on stdin')
    compare.add_argument("--batch", action="store_true", required=True, help="required: pairs are read as JSON lines")
    compare.add_argument("--surface", choices=DRAFT_SURFACES, default="x-post", help="where the texts will appear")
    compare.add_argument("--decide", action="store_true", help="answer undecided only where the two cannot be compared")
    compare.set_defaults(run=_compare)

    profile = commands.add_parser("profile", help='assess a profile on stdin: {"surface","sections"}')
    profile.add_argument("--json", action="store_true", required=True, help="required: the assessment is printed as JSON")
    profile.set_defaults(run=_profile)

    lint = commands.add_parser("lint", help="run Vale styles over text files; prints Vale's JSON output")
    lint.add_argument(
        "--styles", type=Path, metavar="DIR", help="folder of Vale styles; the StylesPath of the configuration by default"
    )
    lint.add_argument(
        "--config", type=Path, metavar="FILE", help="a .vale.ini with styles, vocabularies and levels per file pattern"
    )
    lint.add_argument("files", nargs="+", type=Path, metavar="FILE", help="text or Markdown file")
    lint.set_defaults(run=_lint)
    return parser


def _coach() -> Coach:
    # Imported here so that an invalid argument fails at once, without loading spaCy.
    from nlp.coach import Coach  # noqa: PLC0415

    return Coach()


def _decode(raw: bytes, name: str, *, limit: int) -> str:
    if len(raw) > limit:
        raise InputError(f"{name} must be at most {limit:,} bytes long", field=name, limit=limit, code="too-long")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} must be UTF-8 (invalid at byte {error.start})", field=name, code="not-utf-8") from error


def _stdin() -> str:
    return _decode(sys.stdin.buffer.read(MAX_STDIN_BYTES + 1), "stdin", limit=MAX_STDIN_BYTES)


def _print_json(value: object, *, indent: int | None = None) -> None:
    """JSON in plain ASCII, which every terminal encoding can show."""
    print(json.dumps(value, indent=indent, allow_nan=False))


def _assess(options: argparse.Namespace) -> int:
    if options.batch:
        coach = _coach()
        return _batch(lambda row: _assess_row(coach, row, options.surface))
    if options.surface is None:
        raise InputError("--surface is required", field="surface")
    text = _stdin()
    assessment = _coach().assess(Draft(options.surface, text.removesuffix("\n")))
    if options.json:
        _print_json(assessment.to_json(), indent=2)
    else:
        _report(assessment)
    return 0


def _assess_row(coach: Coach, row: dict[str, Any], surface: Surface | None) -> dict[str, Any]:
    assessment = coach.assess(Draft(_text(row, "surface", surface), _text(row, "text"))).to_json()
    row = {key: assessment[key] for key in ("score", "band", "confidence", "dimensions", "findings", "advice")}
    kind = assessment["kind"]
    note = {"code": assessment["note_code"], "message": assessment["note"]} if assessment["note"] else None
    return {**row, "kind": kind and kind["name"], "gate": assessment["gate"]["state"], "note": note}


def _compare(options: argparse.Namespace) -> int:
    coach = _coach()

    def compare_row(row: dict[str, Any]) -> dict[str, Any]:
        comparison = coach.compare(options.surface, _wording(row, "a"), _wording(row, "b"))
        preferred, probability = comparison.preferred, comparison.probability_a
        if options.decide and preferred == "undecided" and not comparison.is_refused:
            preferred = "a" if probability >= 0.5 else "b"
        return {"preferred": preferred, "probability_a": probability}

    return _batch(compare_row)


def _wording(row: dict[str, Any], field: str) -> str:
    text: str = _text(row, field)
    if not text.strip():
        raise InputError(f"{field} must not be empty", field=field)
    return text


def _profile(_options: argparse.Namespace) -> int:
    row = _object(_stdin(), "stdin")
    surface, sections = row.get("surface", "linkedin-profile"), row.get("sections")
    if surface not in PROFILE_SURFACES:
        raise InputError(f"surface must be one of {', '.join(PROFILE_SURFACES)}", field="surface")
    if not isinstance(sections, dict):
        raise InputError("sections must be an object", field="sections")
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in sections.items()}
    _print_json(_coach().assess(Profile(surface, values)).to_json(), indent=2)
    return 0


def _batch(process: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Writes one JSON line for each line read, in order. An invalid line yields an error and the run continues. Its id is null
    if it cannot be read, because an invented one could be the id of another line."""
    code = 0
    for line in _lines():
        row_id: str | float | None = None
        try:
            row = _object(_decode(line, "line", limit=MAX_LINE), "line")
            row_id = _id(row)
            _print_json({"id": row_id, **process(row)})
        except InputError as error:
            code = BAD_LINES
            _print_json({"id": row_id, "error": str(error)})
    return code


def _id(row: dict[str, Any]) -> str | float:
    value = _value(row, "id")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InputError("id must be a string or a number", field="id")
    return value


def _lines() -> Iterator[bytes]:
    while line := sys.stdin.buffer.readline(MAX_LINE + 1):
        last = line
        # Skip the rest of a line that is too long, so that the next line is read from its start.
        while not last.endswith(b"\n") and (rest := sys.stdin.buffer.readline(MAX_LINE + 1)):
            last = rest
        if line.strip():
            yield line


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        row = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        # Python's own limit on the digits of a number is a ValueError as well.
        raise InputError(f"{name} must be JSON", field=name, code="not-json") from error
    if not isinstance(row, dict):
        raise InputError(f"{name} must be a JSON object", field=name, code="not-json")
    return row


def _finite(number: str) -> float:
    """Reject NaN, Infinity and 1e999, which Python reads but JSON cannot represent."""
    value = float(number)
    if not math.isfinite(value):
        raise ValueError("not finite")
    return value


def _value(row: dict[str, Any], field: str, default: str | None = None) -> Any:
    value = row.get(field, default)
    if value is None:
        raise InputError(f"{field} is missing", field=field)
    return value


def _text(row: dict[str, Any], field: str, default: str | None = None) -> Any:
    value = _value(row, field, default)
    if not isinstance(value, str):
        raise InputError(f"{field} must be a string", field=field)
    if field == "surface" and value not in get_args(Surface):
        raise InputError(f"surface must be one of {', '.join(DRAFT_SURFACES)}", field=field, code="unknown-surface")
    return value


def _report(assessment: Assessment) -> None:
    """Prints the assessment as text for a terminal."""
    # Characters that the terminal cannot show are escaped instead of failing.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if assessment.score is None:
        print(assessment.note.message if assessment.note else "No score")
    else:
        confidence = assessment.confidence
        interval = f", likely {confidence.low} to {confidence.high}; {confidence.reason}" if confidence else ""
        print(f"{assessment.score} of 100 ({assessment.band}{interval})")
    if assessment.kind:
        print(f"Seems to be: {assessment.kind.name} ({assessment.kind.probability:.0%})")
    if assessment.length:
        unit = "weighted characters" if assessment.length.unit == "weighted" else assessment.length.unit
        print(f"{assessment.length.used:,} of {assessment.length.limit:,} {unit}")
    _report_advice(assessment)
    for name, value in assessment.dimensions.items():
        print(f"  {name:<14}{value:>4}  {'#' * (value // 5)}")
    if assessment.gate.state == "held":
        print("No credit yet. Fix this first:")
        for reason in assessment.gate.reasons:
            print(f"  - {reason}")
    for finding in assessment.findings:
        line = assessment.text.count("\n", 0, finding.span.start) + 1 if finding.span else None
        where = f"line {line}, " if line else ""
        quote = f"“{' '.join(finding.quote.split())[:60]}” " if finding.quote else ""
        print(f"- {where}{quote}{finding.message}")
        replacements = [text for text in finding.replacements if text]
        if replacements:
            print(f"    instead: {' / '.join(replacements)}")
        print(
            f"    why: {finding.why} [{finding.evidence.grade}, {finding.evidence.source}; {finding.points / 10:+.1f} points]"
        )


def _report_advice(assessment: Assessment) -> None:
    for advice in assessment.advice:
        worth = f" (about {advice.worth:+d} points)" if advice.worth else ""
        print(f"* {advice.message}{worth}")
        if advice.question:
            print(f"    {advice.question}")
        for span in advice.spans:
            print(f"    on: “{' '.join(span.of(assessment.text).split())[:80]}”")


def _file(path: Path) -> str:
    try:
        if not path.is_file():
            reason = "not a file" if path.exists() else "no such file"
            raise InputError(f"{path}: {reason}", field="FILE")
        with path.open("rb") as file:
            return _decode(file.read(MAX_FILE_BYTES + 1), str(path), limit=MAX_FILE_BYTES)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})", field="FILE") from error


def _lint(options: argparse.Namespace) -> int:
    from nlp.rules.vale import Linter, styles  # noqa: PLC0415 (loads the patterns of all kinds)

    alerts_by_file: dict[str, list[dict[str, Any]]] = {}
    loaded = styles.load(options.styles, options.config)
    problems = list(loaded.problems)
    linters: dict[Any, Linter] = {}
    unreadable = 0
    for path in options.files:
        try:
            text = _file(path)
        except InputError as error:
            # The other files are still linted.
            problems.append(str(error))
            unreadable += 1
            continue
        rules, ignores = loaded.rules_for(str(path)), loaded.ignores_for(str(path))
        key = (tuple((rule.id, rule.level) for rule in rules), ignores)
        if key not in linters:
            linters[key] = Linter(rules, ignores)
        alerts, slow = linters[key].run(
            text, markdown=loaded.is_markdown(str(path)), extension=path.suffix.lower().removeprefix(".")
        )
        problems += (f"{path}: {line}" for line in slow)
        if alerts:
            alerts_by_file[str(path)] = alerts
    for problem in dict.fromkeys(problems):
        # A rule that cannot be used is skipped; the others still run.
        print(f"nlp: {' '.join(problem.split())}", file=sys.stderr)
    if unreadable < len(options.files):
        _print_alerts(alerts_by_file)
    if unreadable:
        return BAD_INPUT
    return 1 if any(alert["Severity"] == "error" for alerts in alerts_by_file.values() for alert in alerts) else 0


def _print_alerts(alerts_by_file: dict[str, list[dict[str, Any]]]) -> None:
    """Prints the alerts one by one, because the JSON of 100,000 of them takes more memory than they do."""
    print("{", end="")
    for number, (path, alerts) in enumerate(alerts_by_file.items()):
        print(f"{',' if number else ''}\n  {json.dumps(path)}: [", end="")
        for place, alert in enumerate(alerts):
            print(f"{',' if place else ''}\n    {json.dumps(alert, allow_nan=False)}", end="")
        print("\n  ]", end="")
    print("\n}" if alerts_by_file else "}")


if __name__ == "__main__":
    sys.exit(main())
