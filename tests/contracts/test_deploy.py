"""What is in deploy/ runs what there is: every queue has a worker, every setting and command line is one that works."""

import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery.bin.celery import celery
from cryptography.fernet import Fernet

from config import queues
from config.lib import env

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
OWN = {"PROMETHEUS_MULTIPROC_DIR"}  # of libraries, not ours


def lines_served(commands: list[list[str]]) -> list[str]:
    served = [command[command.index("--queues") + 1] for command in commands if "--queues" in command]
    return sorted(line for each in served for line in each.split(","))


def commands() -> list[list[str]]:
    return [service["command"] for service in COMPOSE["services"].values() if "command" in service]


def test_every_queue_is_served_by_one_container() -> None:
    assert lines_served(commands()) == sorted(line.name for line in queues.LINES)


def test_every_queue_is_served_by_one_unit() -> None:
    said = (DEPLOY / "systemd" / "gatehouse-worker@.service").read_text(encoding="utf-8")
    named = re.search(r"sets QUEUES and CONCURRENCY: (.*)\.$", said, re.MULTILINE)
    assert named is not None
    served = [part.split(" and ")[0] for part in named[1].split("; ")]
    assert sorted(",".join(served).split(",")) == sorted(line.name for line in queues.LINES)


def test_every_worker_shows_what_it_counts() -> None:
    """Its calls to outside parties, its tasks: of no worker do web processes elsewhere know these."""
    for service in COMPOSE["services"].values():
        if "worker" in service.get("command", []):
            assert str(service["environment"]["METRICS_PORT"]) in service["expose"]
            assert service["environment"].keys() >= {"METRICS_BIND", "PROMETHEUS_MULTIPROC_DIR"}
    said = (DEPLOY / "systemd" / "gatehouse-worker@.service").read_text(encoding="utf-8")
    (folder,) = re.findall(r"^RuntimeDirectory=(.*)$", said, re.MULTILINE)
    assert f"Environment=PROMETHEUS_MULTIPROC_DIR=/run/{folder}\n" in said  # new with each start
    assert "METRICS_PORT" in said


@pytest.mark.parametrize("command", [each for each in commands() if each[0] == "celery"], ids=" ".join)
def test_celery_knows_the_options_that_containers_give(command: list[str]) -> None:
    known_to_celery(command[1:])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_stops_after_its_tasks_and_starts_again(unit: Path) -> None:
    said = unit.read_text(encoding="utf-8")
    (start,) = re.findall(r"^ExecStart=(.*)$", said, re.MULTILINE)
    assert "Restart=always" in said
    words = shlex.split(start)
    if words[0].endswith("celery"):
        known_to_celery(words[1:])
    if "worker" in words:
        (stop,) = re.findall(r"^TimeoutStopSec=(\d+)$", said, re.MULTILINE)
        assert int(stop) >= max(line.seconds for line in queues.LINES)


def known_to_celery(words: list[str]) -> None:
    options: dict[str, Any] = {}
    for command in (celery, celery.commands[next(word for word in words if word in {"worker", "beat"})]):
        options |= {option: parameter for parameter in command.params for option in parameter.opts}
    given = {word.split("=")[0] for word in words if word.startswith("--")}
    assert given <= {*options, "--without-gossip", "--without-mingle"}


def test_the_settings_that_are_set_are_settings() -> None:
    set_there = re.findall(r"^([A-Z_]+)=", (DEPLOY / "env.example").read_text(encoding="utf-8"), re.MULTILINE)
    for service in COMPOSE["services"].values():
        if service.get("image") == "gatehouse":
            set_there += service["environment"]
    assert set(set_there) - OWN <= set(env.registry())


def tool(*names: str, package: str) -> str:
    """The first of these that is here; where none is, the test is skipped and says what to install."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"NOT CHECKED: {' or '.join(names)} is not here (Debian: {package})")
    return found


def checked(what: str, path: Path) -> str:
    """What promtool says of a file that it finds good."""
    command = [tool("promtool", package="prometheus"), "check", what, str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_takes_the_alert_rules() -> None:
    told = checked("rules", ALERTS)
    rules = [rule for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]
    assert f"{len(rules)} rules found" in told


def test_prometheus_takes_whom_it_is_to_ask() -> None:
    checked("config", DEPLOY / "prometheus" / "prometheus.yml")


def test_prometheus_asks_every_container_that_shows_metrics() -> None:
    told = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    asked = {
        (name, str(found["port"]))
        for job in told["scrape_configs"]
        for found in job["dns_sd_configs"]
        for name in found["names"]
    }
    assert asked == {(name, port) for name, one in COMPOSE["services"].items() for port in one.get("expose", [])}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_a_unit(unit: Path, tmp_path: Path) -> None:
    """With programs that are here in place of those of an installation."""
    name = unit.name.replace("@.", "@bulk.")
    said = re.sub(r"^(ExecStart=)\S+", rf"\g<1>{sys.executable}", unit.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (tmp_path / unit.name).write_text(said, encoding="utf-8")
    done = subprocess.run(
        [tool("systemd-analyze", package="systemd"), "verify", "--man=no", str(tmp_path / name)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if unit.name in line]) == (0, []), done.stderr


def test_compose_takes_its_file(tmp_path: Path) -> None:
    """With the settings and secrets that it asks for, and not without."""
    program = tool("docker-compose", package="docker-compose")
    for name in ("compose.yml", "Dockerfile"):
        shutil.copy(DEPLOY / name, tmp_path / name)
    shutil.copy(DEPLOY / "env.example", tmp_path / "env")
    command = [program, "-f", str(tmp_path / "compose.yml"), "config", "--quiet"]
    path = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=path | {"POSTGRES_PASSWORD": "x"})
    assert done.returncode == 0, done.stderr
    without = subprocess.run(command, check=False, capture_output=True, text=True, env=path)
    assert "POSTGRES_PASSWORD" in without.stderr


def test_djangos_own_checks_of_a_deployment_find_nothing(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    told = {
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "GATEHOUSE_DATA_KEYS": key,
        "GATEHOUSE_PEPPER": secrets.token_hex(32),
        "GATEHOUSE_HOME": str(tmp_path),
        "GATEHOUSE_URL": "https://gatehouse.example.org",
        "ALLOWED_HOSTS": "gatehouse.example.org",
        "TRUSTED_PROXIES": "1",
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "INFO"]
    done = subprocess.run(
        [*command, "--settings", "config.settings"],
        cwd=DEPLOY.parent,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
