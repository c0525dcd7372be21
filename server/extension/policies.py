"""What managed browsers read: policies that install the extension, and update manifests that say which version is the newest.

Formats: ExtensionSettings of Chrome and Edge, policies.json of Firefox, Omaha's update.xml, Mozilla's updates.json."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

UPDATE_XML_NAMESPACE = "http://www.google.com/update2/response"
#: How each browser names "always in the toolbar".
_PINNED = {"chrome": {"toolbar_pin": "force_pinned"}, "edge": {"toolbar_state": "force_shown"}}


def chromium_policy(browser: str, *, extension_id: str, update_url: str) -> dict[str, Any]:
    """The value of ExtensionSettings for ``chrome`` or ``edge``. ``override_update_url``: later updates come from the same
    address, although the manifest names none; browsers ignore it for their own stores."""
    return {
        extension_id: {
            "installation_mode": "force_installed",
            "update_url": update_url,
            "override_update_url": True,
            **_PINNED[browser],
        }
    }


def firefox_policy(*, extension_id: str, install_url: str) -> dict[str, Any]:
    """The value of ExtensionSettings for Firefox."""
    return {
        extension_id: {"installation_mode": "force_installed", "install_url": install_url, "default_area": "navbar"},
    }


def update_xml(*, extension_id: str, version: str, crx_url: str, minimum_version: str) -> str:
    root = ET.Element("gupdate", {"xmlns": UPDATE_XML_NAMESPACE, "protocol": "2.0"})
    app = ET.SubElement(root, "app", {"appid": extension_id})
    ET.SubElement(app, "updatecheck", {"codebase": crx_url, "version": version, "prodversionmin": minimum_version})
    ET.indent(root)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


def updates_json(*, extension_id: str, version: str, xpi_url: str, sha256: str, minimum_version: str) -> dict[str, Any]:
    update = {
        "version": version,
        "update_link": xpi_url,
        "update_hash": f"sha256:{sha256}",
        "applications": {"gecko": {"strict_min_version": minimum_version}},
    }
    return {"addons": {extension_id: {"updates": [update]}}}
