"""Builds the extension and the scripts of the synthetic pages."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = Path(__file__).parent / "pages"
EXTENSION = ROOT / "extension"

_PROTOCOL = (EXTENSION / "src/shared/protocol.ts").read_text(encoding="utf-8")
#: Of the messages between the parts of the extension.
MESSAGE_VERSION = int(re.findall(r"VERSION = (\d+);", _PROTOCOL)[0])


def build_extension(base_url: str, out: Path, composer: Path | None = None, source: Path = EXTENSION) -> Path:
    """Builds the extension for the server at ``base_url``; the web composer's script goes to ``composer``."""
    command = ["node", "build.mjs", "--backend", base_url, "--out", str(out), "--composer", str(composer or out / "composer")]
    subprocess.run(command, cwd=source, check=True)
    return out


def bundle_sites(out: Path, scripts: tuple[str, ...] = ("linkedin.js", "x.js", "places.js")) -> Path:
    """Bundles the synthetic pages' scripts with the real editors."""
    command = [
        str(EXTENSION / "node_modules/.bin/esbuild"), *(str(PAGES / script) for script in scripts), "--bundle",
        "--minify", "--charset=ascii",
        "--define:global=globalThis", '--define:process.env.NODE_ENV="production"', f"--outdir={out}", "--log-level=error",
    ]  # fmt: skip
    subprocess.run(command, check=True, env=os.environ | {"NODE_PATH": str(EXTENSION / "node_modules")})
    return out
