"""What an operator runs fits the release: settings, commands, metrics and the documented table."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from server.cli import cli
from server.core.database.session import unit_of_work
from server.core.settings import Settings
from tests.factories import bearer, make_record, new_user

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "server" / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
VARIABLES = {f"REPUTE_{name.upper()}" for name in Settings.model_fields}
TOKEN = "a token of these tests"


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def read_environment(name):
    lines = (DEPLOY / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def command_exists(arguments):
    command = cli
    for argument in arguments:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), argument)
    return isinstance(command, click.Command)


def test_every_setting_is_in_the_one_table():
    text = (ROOT / "server/README.md").read_text()
    (table,) = re.findall(r"^## Settings\n.*?(^\|.*?)\n\n", text, re.DOTALL | re.MULTILINE)
    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == sorted(VARIABLES)
    elsewhere = text.replace(table, "") + (ROOT / "README.md").read_text()
    assert re.findall(r"^\s*\| `REPUTE_\w+` \|", elsewhere, re.MULTILINE) == []


def test_documented_defaults_are_those_of_the_settings():
    rows = re.findall(r"^\| `REPUTE_(\w+)` \| `?([^|`]*)`? \|", (ROOT / "server/README.md").read_text(), re.MULTILINE)
    documented = {name.lower(): value.strip() for name, value in rows}
    numbers = {name: str(field.default) for name, field in Settings.model_fields.items() if field.annotation is int}
    assert {name: documented[name] for name in numbers} == numbers
    assert documented["host"] == Settings.model_fields["host"].default


def test_deployment_files_name_only_settings_that_exist():
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert len(files) > 10
    for path in files:
        assert set(re.findall(r"\bREPUTE_[A-Z_]+\b", path.read_text())) <= VARIABLES, path


def test_example_environment_is_valid_once_it_is_filled_in(monkeypatch):
    values = read_environment("repute.env.example")
    assert [name for name, value in values.items() if not value] == ["REPUTE_SECRET_KEY", "REPUTE_METRICS_TOKEN"]
    for name, value in (values | {"REPUTE_SECRET_KEY": "3f" + "a9c41be07d" * 4}).items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    settings.require_secret_keys()
    assert settings.secure
    assert settings.proxies == 1
    assert set(read_environment("postgres.env.example")) == {"POSTGRES_PASSWORD"}


def test_nothing_starts_before_the_database_is_upgraded(compose):
    services = compose["services"]
    assert services["migrate"]["command"][2:] == ["server", "db", "upgrade"]
    assert services["migrate"]["restart"] == "no"
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_compose_names_services_that_exist_and_keeps_secrets_in_files(compose):
    services, settings = compose["services"], read_environment("repute.env.example")
    assert f"@{'postgres'}/repute" in settings["REPUTE_DATABASE_URL"]
    assert settings["REPUTE_REDIS_URL"].startswith("redis://redis:")
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(compose["volumes"])
        assert not any(re.search("SECRET|PASSWORD|TOKEN", name) for name in service.get("environment", {}))
    # The database does not need Repute's secret key.
    assert services["postgres"]["env_file"] == "postgres.env"
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]
    for name in ("migrate", "web", "worker"):
        service = services[name]
        assert (service["read_only"], service["cap_drop"], service["env_file"]) == (True, ["ALL"], "repute.env")
        assert command_exists(service.get("command", ["python", "-m", "server", "serve"])[3:])


def test_image_runs_without_root_and_copies_only_what_exists():
    text = (DEPLOY / "Dockerfile").read_text()
    stages = text.split("\nFROM ")
    assert re.findall(r"^USER (\w+)", stages[-1], re.MULTILINE) == ["repute"]
    assert stages[-1].index("USER repute") < stages[-1].index("CMD")
    assert "HEALTHCHECK" in stages[-1]
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    built = {"extension/dist/", "server/web/static/built/"}
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.*)", text, re.MULTILINE)
        for source in line.split()[:-1]
    }  # fmt: skip
    assert built < copied
    defaults = dict(re.findall(r"^ARG (\w+)=(\S+)", text, re.MULTILINE))
    assert "requirements-evidence.txt" in allowed, "an image for evidence is built from it"
    for copied_source in copied:
        source = re.sub(r"\$\{(\w+)\}", lambda name: defaults[name[1]], copied_source)
        assert source.split("/")[0] in allowed, source
        assert source in built or (ROOT / source).exists(), source


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_run_commands_that_exist(path):
    for arguments in re.findall(r"-m server ([^\n\"']+)", path.read_text()):
        assert command_exists(arguments.split()), arguments


def test_systemd_accepts_the_units(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is missing")
    for path in UNITS:
        # systemd checks that the program is there.
        text = path.read_text().replace("/opt/repute/.venv/bin/python", sys.executable).replace("/opt/repute", str(tmp_path))
        (tmp_path / path.name).write_text(text)
    names = [tmp_path / path.name for path in UNITS]
    result = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False)
    ours = [line for line in result.stderr.splitlines() if "repute" in line and "User" not in line]
    assert ours == []


def test_alerts_refer_only_to_metrics_that_exist(make_app, settings, engine):
    rep = new_user(engine)
    with unit_of_work(engine) as session:
        make_record(session, rep)
    client = make_app(settings.model_copy(update={"metrics_token": type(settings.metrics_token)(TOKEN)})).test_client()
    exposed = client.get("/metrics", headers=bearer(TOKEN)).text
    families = dict(re.findall(r"^# TYPE (\w+) (\w+)$", exposed, re.MULTILINE))
    names = set(families) | {
        f"{name}_{part}" for name, kind in families.items() if kind == "histogram" for part in ("bucket", "sum", "count")
    }
    (group,) = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]
    used = {name for rule in group["rules"] for name in re.findall(r"\brepute_\w+", rule["expr"])}
    assert len(used) > 8
    assert used <= names
    for rule in group["rules"]:
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_documented_metrics_exist(make_app, settings):
    client = make_app(settings.model_copy(update={"metrics_token": type(settings.metrics_token)(TOKEN)})).test_client()
    exposed = client.get("/metrics", headers=bearer(TOKEN)).text
    names = set(re.findall(r"^# TYPE (\w+) ", exposed, re.MULTILINE)) | {"repute_last_import_timestamp_seconds"}
    text = (ROOT / "server/README.md").read_text()
    assert set(re.findall(r"`(repute_\w+)`", text)) <= names
