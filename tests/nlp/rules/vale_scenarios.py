"""Scenarios written from Vale's documentation: rules, a configuration and a text, with the alerts that Vale would give.

Run as a script, it prints how many scenarios of each kind pass::

    python tests/nlp/rules/vale_scenarios.py

A scenario may have: ``rule`` (becomes ``styles/Test/Rule.yml``), ``files`` (further files by path), ``ini`` (the configuration;
``StylesPath`` is added), ``vocabulary`` (``accept`` and ``reject`` of the vocabulary ``Ours``), ``file`` (the name of the text,
by default that of a Markdown file), ``text``, and ``alerts``, each ``line:column:check:message``; with ``fixes`` also what they
offer, each ``line:column:fix|fix``. ``no_styles`` runs it without ``--styles``, ``relative`` with a relative path.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from nlp.__main__ import main

FOLDER = Path(__file__).with_name("scenarios")


class Scenario(NamedTuple):
    kind: str
    name: str
    data: dict[str, Any]

    def expected(self) -> list[str]:
        return sorted(self.data["alerts"]) + sorted(self.data.get("fixes", []))

    def run(self, folder: Path) -> list[str]:
        """The alerts that the command line gives, and what it says on stderr where it fails."""
        text = folder / self.data.get("file", "post.md")
        for path, content in self._files().items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content.encode())
        (folder / "styles").mkdir(exist_ok=True)
        arguments = ["lint", "--config", str(folder / ".vale.ini")]
        if not self.data.get("no_styles"):
            arguments += ["--styles", "styles" if self.data.get("relative") else str(folder / "styles")]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main([*arguments, str(text)])
            except SystemExit as error:
                return [f"exit {error.code}: {err.getvalue()}"]
        if not out.getvalue():
            return [err.getvalue()]
        alerts = json.loads(out.getvalue()).get(str(text), [])
        found = sorted(f"{a['Line']}:{a['Span'][0]}:{a['Check']}:{a['Message']}" for a in alerts)
        if "fixes" in self.data:
            found += sorted(f"{a['Line']}:{a['Span'][0]}:{'|'.join(a['Action']['Params'] or [])}" for a in alerts)
        return found

    def _files(self) -> dict[str, str]:
        data = self.data
        files: dict[str, str] = {data.get("file", "post.md"): data["text"]} | data.get("files", {})
        if "rule" in data:
            files["styles/Test/Rule.yml"] = json.dumps(data["rule"])
        for name, terms in data.get("vocabulary", {}).items():
            files[f"styles/config/vocabularies/Ours/{name}.txt"] = "\n".join(terms) + "\n"
        vocabulary = "Vocab = Ours\n" if "vocabulary" in data else ""
        files[".vale.ini"] = data.get("ini", f"StylesPath = styles\n{vocabulary}[*]\nBasedOnStyles = Test\n")
        if "StylesPath" not in files[".vale.ini"] and not data.get("no_styles"):
            files[".vale.ini"] = f"StylesPath = styles\n{files['.vale.ini']}"
        return files


def scenarios() -> Iterator[Scenario]:
    for path in sorted(FOLDER.glob("*.yml")):
        for data in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield Scenario(data.get("kind", path.stem), data["name"], data)


def table() -> str:
    """How many scenarios of each kind there are, and how many pass."""
    total: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for scenario in scenarios():
        with tempfile.TemporaryDirectory() as folder:
            actual = scenario.run(Path(folder).resolve())
        total[scenario.kind] += 1
        passed[scenario.kind] += actual == scenario.expected()
        if actual != scenario.expected() and os.environ.get("SHOW"):
            print(f"{scenario.kind}: {scenario.name}\n  expected {scenario.expected()}\n  got      {actual}")
    rows = [f"| {kind} | {total[kind]} | {passed[kind]} |" for kind in [*sorted(total)]]
    return "\n".join(
        ["| kind | scenarios | pass |", "| --- | --- | --- |", *rows, f"| all | {total.total()} | {passed.total()} |"]
    )


if __name__ == "__main__":
    print(table())
