"""The extension for a company: reproducible packages, policies that browsers understand, and updates from this server."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree as ET

import pytest

from server import cli
from server.extension import packages, policies
from server.extension.builds import read_build

ORIGIN = "https://repute.example.com"
CHROME_ID = "abcdefghijklmnopabcdefghijklmnop"
STORE = "https://clients2.google.com/service/update2/crx"
NAMESPACE = {"g": policies.UPDATE_XML_NAMESPACE}


@pytest.fixture
def dist(tmp_path):
    """Builds of both browsers, as ``build.mjs`` writes them but smaller."""
    for browser in ("chrome", "firefox"):
        folder = tmp_path / "dist" / browser
        (folder / "icons").mkdir(parents=True)
        manifest = {
            "manifest_version": 3, "name": "Repute", "version": "0.1.0", "minimum_chrome_version": "140",
            "content_security_policy": {"extension_pages": f"default-src 'none'; connect-src 'self' {ORIGIN}; base-uri 'none'"},
        }  # fmt: skip
        if browser == "firefox":
            del manifest["minimum_chrome_version"]
            manifest["browser_specific_settings"] = {"gecko": {"id": "repute@repute.example", "strict_min_version": "150.0"}}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        (folder / "content.js").write_text("// nothing\n" * 500)
        (folder / "icons" / "16.png").write_bytes(bytes(range(256)))
    return tmp_path / "dist"


@pytest.fixture
def run(tmp_path, dist, monkeypatch, capsys):
    """Runs a command of ``extension``; returns exit code, output and errors."""
    monkeypatch.setenv("REPUTE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("REPUTE_BASE_URL", ORIGIN)

    def command(name, *arguments):
        code = 0
        try:
            cli.main(["extension", name, "--dist", str(dist), *arguments])
        except SystemExit as exit_:
            code = exit_.code
        output = capsys.readouterr()
        return code, output.out, output.err

    return command


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data" / "extension"


@pytest.fixture
def key(tmp_path):
    browser = os.environ.get("CHROMIUM") or next(filter(shutil.which, packages.BROWSERS), None)
    if browser is None or shutil.which("openssl") is None:
        pytest.skip("no Chromium or no openssl")
    path = tmp_path / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(path), "2048"], check=True, capture_output=True)
    return path


def id_of_key(key):
    """As Chrome defines it: the first half of the SHA-256 of the public key, written with the letters a to p."""
    public = subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"], check=True, capture_output=True)
    return "".join(chr(ord("a") + int(digit, 16)) for digit in hashlib.sha256(public.stdout).hexdigest()[:32])


def test_packages_are_the_same_bytes_whatever_the_times_and_order_of_files(run, folder, dist):
    assert run("pack")[0] == 0
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(first) == {"repute-chrome-0.1.0.zip", "repute-firefox-0.1.0.zip"}
    script = dist / "chrome" / "content.js"
    content = script.read_bytes()
    script.unlink()
    script.write_bytes(content)
    script.chmod(0o600)
    os.utime(script, (1_000_000_000, 1_000_000_000))
    assert run("pack")[0] == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


def test_packages_contain_every_file_of_the_build(run, folder, dist):
    run("pack")
    with zipfile.ZipFile(folder / "repute-chrome-0.1.0.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["content.js", "icons/16.png", "manifest.json"]
        for name in archive.namelist():
            assert archive.read(name) == (dist / "chrome" / name).read_bytes()


def test_firefox_package_has_the_companys_id_and_updates_from_this_server(run, folder, dist):
    run("pack", "--firefox-id", "repute@example.com")
    with zipfile.ZipFile(folder / "repute-firefox-0.1.0.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    gecko = manifest["browser_specific_settings"]["gecko"]
    assert gecko == {
        "id": "repute@example.com", "strict_min_version": "150.0", "update_url": f"{ORIGIN}/extension/updates.json",
    }  # fmt: skip
    build = read_build(dist, "firefox", backend=ORIGIN)
    manifest["browser_specific_settings"] = build.manifest["browser_specific_settings"]
    assert manifest == build.manifest


def test_build_for_another_server_is_refused(run, dist, monkeypatch):
    monkeypatch.setenv("REPUTE_BASE_URL", "https://other.example.com")
    code, _, err = run("pack")
    assert code == 1
    assert f"talks to {ORIGIN}, not to https://other.example.com" in err
    shutil.rmtree(dist / "chrome")
    assert "run `make extension REPUTE_BASE_URL=https://other.example.com`" in run("pack")[2]


def test_signed_package_has_the_id_of_its_key(run, folder, key):
    code, out, err = run("pack", "--key", str(key))
    assert (code, err) == (0, "")
    crx = folder / "repute-0.1.0.crx"
    assert out.splitlines()[-1] == str(crx)
    assert packages.read_crx_id(crx) == id_of_key(key)


@pytest.mark.parametrize("content", [None, "no key"], ids=["missing", "no key"])
def test_unusable_key_is_one_line(run, tmp_path, key, content):
    path = tmp_path / "other.pem"
    if content is not None:
        path.write_text(content)
    code, _, err = run("pack", "--key", str(path))
    assert code == 1
    assert err.count("\n") == 1
    assert str(path) in err


@pytest.mark.parametrize(("browser", "pinned"), [("chrome", "toolbar_pin"), ("edge", "toolbar_state")])
def test_chromium_policy_installs_and_updates_from_this_server(run, folder, key, browser, pinned):
    run("pack", "--key", str(key))
    code, out, _ = run("policy", "--browser", browser)
    assert code == 0
    id_ = id_of_key(key)
    value = json.loads(out)
    assert json.loads((folder / f"{browser}-policy.json").read_text()) == {"ExtensionSettings": value}
    assert value[id_].pop(pinned).startswith("force_")
    update_url = f"{ORIGIN}/extension/update.xml"
    assert value == {id_: {"installation_mode": "force_installed", "update_url": update_url, "override_update_url": True}}
    root = ET.parse(folder / "update.xml").getroot()  # noqa: S314 (our own)
    (app,) = root.findall("g:app", NAMESPACE)
    (check,) = app.findall("g:updatecheck", NAMESPACE)
    assert (root.tag, root.attrib) == (f"{{{policies.UPDATE_XML_NAMESPACE}}}gupdate", {"protocol": "2.0"})
    assert app.attrib == {"appid": id_}
    assert check.attrib == {
        "codebase": f"{ORIGIN}/extension/repute-0.1.0.crx", "version": "0.1.0", "prodversionmin": "140",
    }  # fmt: skip


def test_another_id_than_the_packages_is_refused(run, key):
    run("pack", "--key", str(key))
    code, _, err = run("policy", "--browser", "chrome", "--id", CHROME_ID)
    assert code == 1
    assert f"has the id {id_of_key(key)}, not {CHROME_ID}" in err


def test_policy_for_a_store_needs_no_package(run, folder):
    code, out, err = run("policy", "--browser", "chrome", "--id", CHROME_ID, "--update-url", STORE)
    assert code == 0
    assert json.loads(out)[CHROME_ID]["update_url"] == STORE
    assert "missing" not in err
    assert [path.name for path in folder.iterdir()] == ["chrome-policy.json"]


def test_missing_id_and_missing_package_are_named(run, folder):
    code, _, err = run("policy", "--browser", "edge")
    assert code == 1
    assert "give --id, or sign a package" in err
    code, _, err = run("policy", "--browser", "edge", "--id", CHROME_ID)
    assert code == 0
    assert "repute-0.1.0.crx is missing: run `extension pack --key FILE`" in err
    assert not (folder / "update.xml").exists()


def test_firefox_policy_waits_for_the_signed_package(run, folder):
    code, out, err = run("policy", "--browser", "firefox")
    assert code == 0
    assert "repute-0.1.0.xpi is missing: have Mozilla sign the zip" in err
    assert list(json.loads(out)) == ["repute@repute.example"]
    assert not (folder / "updates.json").exists()


def test_firefox_policy_and_updates_name_the_signed_package(run, folder):
    run("pack", "--firefox-id", "repute@example.com")
    xpi = folder / "repute-0.1.0.xpi"
    shutil.copyfile(folder / "repute-firefox-0.1.0.zip", xpi)
    code, out, _ = run("policy", "--browser", "firefox")
    assert code == 0
    url = f"{ORIGIN}/extension/repute-0.1.0.xpi"
    value = {
        "repute@example.com": {"installation_mode": "force_installed", "install_url": url, "default_area": "navbar"},
    }
    assert json.loads(out) == value
    assert json.loads((folder / "policies.json").read_text()) == {"policies": {"ExtensionSettings": value}}
    (update,) = json.loads((folder / "updates.json").read_text())["addons"]["repute@example.com"]["updates"]
    assert update == {
        "version": "0.1.0", "update_link": url, "update_hash": f"sha256:{hashlib.sha256(xpi.read_bytes()).hexdigest()}",
        "applications": {"gecko": {"strict_min_version": "150.0"}},
    }  # fmt: skip


def test_server_without_tls_is_refused(run, monkeypatch):
    monkeypatch.setenv("REPUTE_BASE_URL", "http://127.0.0.1:8000")
    code, _, err = run("policy", "--browser", "firefox")
    assert code == 1
    assert "over TLS only" in err


@pytest.fixture
def served(settings, client):
    folder = settings.data / "extension"
    folder.mkdir(exist_ok=True)
    for name in (
        "repute-0.1.0.crx", "repute-0.1.0.xpi", "update.xml", "updates.json",
        "repute-chrome-0.1.0.zip", "policies.json", "chrome-policy.json", "key.pem",
    ):  # fmt: skip
        (folder / name).write_text(name)
    return client


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("repute-0.1.0.crx", "application/x-chrome-extension"),
        ("repute-0.1.0.xpi", "application/x-xpinstall"),
        ("update.xml", "application/xml"),
        ("updates.json", "application/json"),
    ],
)
def test_packages_and_update_manifests_are_served_with_their_types(served, name, content_type):
    with served.get(f"/extension/{name}") as response:
        assert (response.status_code, response.mimetype, response.text) == (200, content_type, name)


@pytest.mark.parametrize(
    "path",
    [
        "", "repute-chrome-0.1.0.zip", "policies.json", "chrome-policy.json", "key.pem", "repute-0.2.0.crx", ".", "..",
        "../repute.db", "%2e%2e/repute.db", "..%2frepute-0.1.0.crx", "update.xml/", "repute-0.1.0.crx%0a",
    ],
)  # fmt: skip
def test_nothing_else_is_served(served, path):
    with served.get(f"/extension/{path}") as response:
        assert response.status_code == 404
