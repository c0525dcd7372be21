"""Serves the extension's packages and update manifests from the data folder, to browsers that a policy told to install it."""

from __future__ import annotations

import re

from flask import Blueprint, Response, send_from_directory

from server.core.access import public
from server.core.problems import not_found
from server.extension.operations import folder_of
from server.security.guard import settings

pages = Blueprint("extension", __name__)

#: Nothing else in the folder is served: no policies, and no unsigned packages.
SERVED = re.compile(r"update\.xml|updates\.json|repute-\d+(?:\.\d+){0,3}\.(?:crx|xpi)")
CONTENT_TYPES = {
    "crx": "application/x-chrome-extension",
    "json": "application/json",
    "xml": "application/xml",
    "xpi": "application/x-xpinstall",
}


# Public: browsers install and update without an account. The packages contain the extension's code, which every rep has.
@pages.get("/extension/<name>")
@public(writes=False, anonymous=True)
def package(name: str) -> Response:
    if not SERVED.fullmatch(name):
        raise not_found()
    folder = folder_of(settings()).resolve()
    if not (folder / name).is_file():
        raise not_found()
    return send_from_directory(folder, name, mimetype=CONTENT_TYPES[name.rsplit(".", 1)[1]])
