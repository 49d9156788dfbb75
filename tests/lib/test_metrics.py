"""Every request is timed under a name of the program's own, and many processes are read as one."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.test import Client
from pytest_django import Settings

from config.celery import show_metrics
from config.lib.metrics import REQUEST_SECONDS

pytestmark = [pytest.mark.urls("tests.lib.doors"), pytest.mark.django_db]


def count(text: str, **labels: str) -> float:
    """The number of requests under these labels."""
    for line in text.splitlines():
        found = re.fullmatch(r"gatehouse_request_seconds_count\{(.*)\} (.*)", line)
        if found and dict(re.findall(r'(\w+)="([^"]*)"', found[1])) == labels:
            return float(found[2])
    return 0.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
    return port


def scraped(client: Client) -> str:
    return client.get("/metrics").content.decode()


@pytest.mark.parametrize(
    ("method", "address", "route", "status"),
    [
        ("GET", "/healthz", "/healthz", "2xx"),
        ("POST", "/v1/notes", "notes", "4xx"),
        ("GET", "/v1/open/crash", "open", "5xx"),
        ("GET", "/find/alice@example.com", "/find/&lt;text&gt;".replace("&lt;", "<").replace("&gt;", ">"), "2xx"),
        ("GET", "/nowhere/alice@example.com", "unmatched", "4xx"),
    ],
)
def test_a_request_is_counted_under_its_route_and_never_its_address(
    client: Client, method: str, address: str, route: str, status: str
) -> None:
    before = count(scraped(client), route=route, method=method, status=status)
    client.generic(method, address)
    text = scraped(client)
    assert count(text, route=route, method=method, status=status) == before + 1
    assert "alice" not in text


def test_a_made_up_method_is_no_new_label(client: Client) -> None:
    client.generic("BREW", "/healthz")
    assert count(scraped(client), route="/healthz", method="other", status="4xx") >= 1
    assert "BREW" not in scraped(client)


def test_it_speaks_the_format_that_is_asked_for(client: Client) -> None:
    assert client.get("/metrics").headers["Content-Type"].startswith("text/plain")
    openmetrics = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert openmetrics.headers["Content-Type"].startswith("application/openmetrics-text")
    assert openmetrics.content.endswith(b"# EOF\n")


def test_the_promises_stand_at_the_edge_of_a_bucket() -> None:
    edges = {
        sample.labels["le"]
        for metric in REQUEST_SECONDS.labels("x", "GET", "2xx").collect()
        for sample in metric.samples
        if "le" in sample.labels
    }
    assert {"0.01", "0.015", "0.04"} <= edges


WORKER = """
import sys
from django.conf import settings
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=["config.lib.metrics.MetricsMiddleware"])
import django
django.setup()
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from config.lib.metrics import metrics
urlpatterns = [path("x", lambda request: HttpResponse(), name="x"), path("metrics", metrics, name="metrics")]
for _ in range(int(sys.argv[1])):
    Client().get("/x")
print(Client().get("/metrics").content.decode())
"""


def test_whichever_process_is_asked_tells_the_sum_of_all(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    texts = [
        subprocess.run(
            [sys.executable, "-c", WORKER, requests], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for requests in ("2", "3", "0")
    ]
    assert [count(text, route="x", method="GET", status="2xx") for text in texts] == [2, 5, 5]


def test_a_worker_shows_at_a_port_what_its_processes_counted_and_nothing_that_all_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", WORKER, "3"], env=environment, capture_output=True, check=True)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    settings.METRICS_PORT = free_port()
    show_metrics()
    text = requests.get(f"http://127.0.0.1:{settings.METRICS_PORT}/metrics", timeout=5).text
    assert count(text, route="x", method="GET", status="2xx") == 3
    assert "gatehouse_outbox_lag_seconds" not in text
