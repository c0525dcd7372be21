"""``python -m server extension``: pack and policy."""

from __future__ import annotations

import json
from pathlib import Path

import click

from server.core.settings import load_settings
from server.extension import operations
from server.extension.builds import ExtensionError

DIST = Path(__file__).parents[2] / "extension" / "dist"
dist_option = click.option(
    "--dist", type=click.Path(path_type=Path, file_okay=False), default=DIST, help="Folder of the builds; default extension/dist."
)


@click.group(help="Prepare the browser extension for the browsers that a company manages.")
def extension() -> None:
    pass


@extension.command(help="Write packages to REPUTE_DATA/extension: a zip for each browser, and with --key a signed CRX.")
@dist_option
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False), help="RSA key in PEM format; it determines Chrome's id.")
@click.option("--firefox-id", default="", help="Your own id for Firefox, such as repute@example.com.")
def pack(dist: Path, key: Path | None, firefox_id: str) -> None:
    try:
        written = operations.pack(load_settings(), dist, key=key, own_firefox_id=firefox_id)
    except ExtensionError as error:
        raise click.ClickException(str(error)) from None
    for path in written:
        click.echo(path)


@extension.command(help="Write the policy that installs the extension, and its update manifest; print the policy's value.")
@dist_option
@click.option("--browser", type=click.Choice(operations.BROWSERS), required=True)
@click.option("--id", "extension_id", default="", help="The extension's id; default: that of the signed package.")
@click.option("--update-url", default="", help="Of a store or another server (Firefox: of the package); default: this server.")
def policy(dist: Path, browser: str, extension_id: str, update_url: str) -> None:
    try:
        written = operations.write_policy(load_settings(), dist, browser, extension_id=extension_id, update_url=update_url)
    except ExtensionError as error:
        raise click.ClickException(str(error)) from None
    for path in written.files:
        click.echo(f"Written: {path}", err=True)
    for note in written.notes:
        click.echo(note, err=True)
    click.echo(json.dumps(written.value))
