"""A partner reads what it may know of rings by TAXII 2.1, with a key made for it; and we read theirs the same way."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from rest_framework.test import APIClient
from stix2 import Identity

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from risk.models import ListEntry, Ring
from tests.cast import alice
from tests.conftest import client_with
from tests.flows.test_sharing import KEY, confirmed, of_operator, partner, sign_up
from tests.verification.sharing.test_bundles import INDICATOR, RING
from verification import containment
from verification.sharing_models import Partner, PartnerIndicator, PartnerMatch, SharedObject
from verification.tasks.sharing import share_rings

ACCEPT = "application/taxii+json;version=2.1"
ROOT = "/taxii2/gatehouse/"


def reader(name: str = "acme", *, scopes: tuple[str, ...] = ("indicators:read",), mode: Mode = Mode.LIVE) -> APIClient:
    return client_with(token_of(name, scopes=scopes, mode=mode))


def token_of(name: str, *, scopes: tuple[str, ...] = ("indicators:read",), mode: Mode = Mode.LIVE) -> str:
    return issue(KeyOrder(KeyKind.SECRET, scopes, name, "tests", mode))[1]


@pytest.fixture
def ring(shop: APIClient, tmp_path: Path) -> Ring:
    sign_up(shop, alice())
    partner(tmp_path)
    ring = confirmed(sign_up(shop, *(of_operator(number) for number in range(3))))
    share_rings()
    return ring


@pytest.fixture
def objects(ring: Ring) -> str:
    return f"{ROOT}collections/{Partner.objects.get(name='acme').collection}/objects/"


def got(client: APIClient, path: str, **query: Any) -> Any:
    answer = client.get(path, query, headers={"Accept": ACCEPT})
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == ACCEPT
    return answer


def told(answer: Any) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_from_discovery_a_partner_finds_its_collection_and_what_is_in_it(ring: Ring) -> None:
    client = reader()
    found = got(client, "/taxii2/").json()
    assert found["api_roots"] == [found["default"]] == [f"http://testserver{ROOT}"]
    root = got(client, ROOT).json()
    assert (root["versions"], root["max_content_length"] > 0) == ([ACCEPT], True)
    (collection,) = got(client, f"{ROOT}collections/").json()["collections"]
    assert (collection["can_read"], collection["can_write"]) == (True, False)
    one = f"{ROOT}collections/{collection['id']}/"
    assert got(client, one).json() == collection
    answer = got(client, f"{one}objects/")
    bodies = answer.json()["objects"]
    assert [each["type"] for each in bodies[:2]] == ["identity", "intrusion-set"]
    manifest = got(client, f"{one}manifest/")
    assert [each["id"] for each in manifest.json()["objects"]] == [each["id"] for each in bodies]
    for each in (answer, manifest):
        rows = manifest.json()["objects"]
        assert each.headers["X-TAXII-Date-Added-First"] == rows[0]["date_added"]
        assert each.headers["X-TAXII-Date-Added-Last"] == rows[-1]["date_added"]
    single = f"{one}objects/{bodies[1]['id']}/"
    assert got(client, single).json() == {"objects": [bodies[1]]}
    assert got(client, f"{single}versions/").json() == {"versions": [bodies[1]["modified"]]}


@pytest.mark.parametrize("microsecond", [0, 310_000, 123_000, 123_456])
def test_a_version_is_told_as_the_object_tells_it(objects: str, microsecond: int) -> None:
    modified = timezone.now().replace(microsecond=microsecond)
    body = json.loads(Identity(name="Gatehouse", created=modified, modified=modified).serialize())
    SharedObject.objects.filter(stix_id__startswith="identity--").update(modified=modified, body=body)
    client = reader()
    told = got(client, f"{objects}?match[type]=identity").json()["objects"][0]
    (entry,) = got(client, f"{objects.replace('objects/', 'manifest/')}?match[type]=identity").json()["objects"]
    assert entry["version"] == told["modified"]


def test_page_by_page_each_object_comes_once_and_what_is_added_meanwhile_comes_last(
    objects: str, shop: APIClient
) -> None:
    client, seen, query = reader(), [], {"limit": 4}
    whole = got(client, objects, limit=1000).json()
    assert "more" not in whole
    first = got(client, objects, **query).json()
    assert (first["more"], len(first["objects"])) == (True, 4)
    Ring.objects.update(score=80)
    share_rings()  # the ring and its indicators have another version now
    page = first
    while True:
        seen += [(each["id"], each["modified"]) for each in page["objects"]]
        if not page.get("more"):
            break
        page = got(client, objects, **query, next=page["next"]).json()
    assert len(seen) == len(set(seen))
    assert {stix_id for stix_id, _ in seen} == {each["id"] for each in whole["objects"]}


def test_added_after_gives_what_came_or_changed_since_and_what_was_taken_back(objects: str, ring: Ring) -> None:
    client = reader()
    last = got(client, objects, limit=1000).headers["X-TAXII-Date-Added-Last"]
    nothing = got(client, objects, added_after=last)
    assert nothing.json() == {}
    assert "X-TAXII-Date-Added-First" not in nothing.headers
    containment.reopen(ring.pk, by="user:1", note="not so sure", at=timezone.now())
    share_rings()
    since = got(client, objects, added_after=last, limit=1000).json()["objects"]
    assert since
    assert all(each["revoked"] for each in since)


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ({"match[type]": "intrusion-set"}, {"intrusion-set"}),
        ({"match[type]": "intrusion-set,identity"}, {"intrusion-set", "identity"}),
        ({"match[version]": "all"}, {"identity", "intrusion-set", "indicator", "relationship"}),
        ({"match[version]": "2001-01-01T00:00:00.000Z"}, set()),
        ({"match[spec_version]": "2.0"}, set()),
        ({"match[id]": "indicator--nobody"}, set()),
    ],
)
def test_objects_are_narrowed_by_match(objects: str, query: dict[str, str], types: set[str]) -> None:
    found = got(reader(), objects, limit=1000, **query).json().get("objects", [])
    assert {each["type"] for each in found} == types


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": "0"}, "invalid_request"),
        ({"limit": "x"}, "invalid_request"),
        ({"added_after": "yesterday"}, "invalid_request"),
        ({"match[version]": "newest"}, "invalid_request"),
        ({"match[id]": ",".join(["a"] * 101)}, "invalid_request"),
        ({"next": "abc"}, "cursor_malformed"),
    ],
)
def test_what_cannot_be_read_is_refused(objects: str, query: dict[str, str], code: str) -> None:
    assert told(reader().get(objects, query, headers={"Accept": ACCEPT})) == (400, code)


def test_a_cursor_leads_nowhere_in_another_collection(objects: str) -> None:
    client = reader()
    cursor = got(client, objects, limit=2).json()["next"]
    manifest = objects.replace("objects", "manifest")
    assert told(client.get(manifest, {"next": cursor}, headers={"Accept": ACCEPT})) == (400, "cursor_malformed")


def test_an_answer_that_is_known_is_not_sent_again(objects: str) -> None:
    client = reader()
    tag = got(client, objects).headers["ETag"]
    again = client.get(objects, headers={"Accept": ACCEPT, "If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    Ring.objects.update(score=80)
    share_rings()
    assert client.get(objects, headers={"Accept": ACCEPT, "If-None-Match": tag}).status_code == 200


def test_a_key_sees_its_own_partners_collection_and_no_other(
    objects: str, client_of: Callable[..., APIClient], tmp_path: Path
) -> None:
    partner(tmp_path, "other")
    other, test = reader("other"), reader(mode=Mode.TEST)
    unknown = objects.replace(str(Partner.objects.get(name="acme").collection), "01a22c3b-b1a6-4738-8aad-b0ad04efef49")
    for client, path in ((other, objects), (test, objects), (reader(), unknown), (reader(), f"{ROOT}collections/x/")):
        assert told(client.get(path, headers={"Accept": ACCEPT})) == (404, "not_found")
    (own,) = got(other, f"{ROOT}collections/").json()["collections"]
    assert str(Partner.objects.get(name="other").collection) == own["id"]
    assert got(test, f"{ROOT}collections/").json() == got(reader("nobody"), f"{ROOT}collections/").json() == {}
    assert told(client_of("rings:read").get(objects)) == (403, "scope_missing")
    assert told(APIClient().get(objects)) == (401, "api_key_missing")
    call_command("sharing_partner", "end", "acme", stdout=StringIO())
    assert told(reader().get(objects, headers={"Accept": ACCEPT})) == (404, "not_found")


def test_clients_of_taxii_come_in_by_basic_and_ask_for_its_media_type(objects: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Basic " + base64.b64encode(f"acme:{token_of('acme')}".encode()).decode())
    for accepted in (ACCEPT, "application/taxii+json", "application/taxii+json; version=2.1", "*/*"):
        answer = client.get(objects, headers={"Accept": accepted})
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, ACCEPT), accepted
    assert told(client.get(objects, headers={"Accept": "application/vnd.oasis.stix+json"})) == (406, "not_acceptable")
    older = client.get(objects, headers={"Accept": "application/taxii+json;version=2.0"})
    assert told(older) == (406, "not_acceptable")
    assert told(client.post(objects, {}, format="json")) == (405, "method_not_allowed")


# --- reading theirs -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_collection_is_fetched_over_the_wire_and_what_is_new_is_fetched_the_next_time(
    live_server: LiveServer, shop: APIClient, settings: Settings, tmp_path: Path
) -> None:
    settings.WEBHOOKS = replace(settings.WEBHOOKS, loopback=True)
    partner(tmp_path)
    ring = confirmed(sign_up(shop, *(of_operator(number) for number in range(3))))
    share_rings()
    token = tmp_path / "token"
    token.write_text(token_of("acme"))
    url = f"{live_server.url}{ROOT}collections/{Partner.objects.get(name='acme').collection}/"
    partner(tmp_path, "mirror", url=url, token_from=token)
    call_command("import_indicators", partner="mirror", stdout=StringIO())
    mirror = Partner.objects.get(name="mirror")
    assert mirror.indicators.count() == SharedObject.objects.filter(type="indicator").count() == 8
    assert set(mirror.indicators.values_list("ring__name", flat=True)) == {f"Ring {ring.public_id}"}
    assert PartnerMatch.objects.values("subject").distinct().count() == 3
    containment.dismiss(ring.pk, by="user:1", note="a hackathon", at=timezone.now())
    share_rings()
    call_command("import_indicators", partner="mirror", stdout=StringIO())
    assert not mirror.indicators.filter(revoked=False).exists()
    assert not ListEntry.objects.filter(removed_at=None).exists()


@contextmanager
def collection(*answers: tuple[int, dict[str, str], bytes]) -> Iterator[tuple[str, list[str]]]:
    """A partner's collection that answers so, one after the other; and the paths that it was asked for."""
    left, asked = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, headers, body = left.pop(0)
            self.send_response(status)
            for name, value in {"Content-Type": ACCEPT, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/collections/1/", asked
    finally:
        server.shutdown()
        server.server_close()


def page(*objects: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"objects": list(objects), **more}).encode()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param((302, {"Location": "http://127.0.0.1/"}, b""), "it answered 302", id="redirect"),
        pytest.param((401, {}, b"{}"), "it answered 401", id="not let in"),
        pytest.param((200, {"Content-Type": "text/html"}, b"<p>"), "not TAXII", id="a page"),
        pytest.param((200, {}, b"{"), "not JSON", id="half"),
        pytest.param((200, {}, page(INDICATOR, {**RING, "name": 5})), "object 2", id="one that is bad"),
        pytest.param((200, {}, page(INDICATOR, more=True)), "more, and not where", id="more, but where"),
    ],
)
def test_what_a_partner_answers_badly_is_refused_with_the_reason(
    db: None, settings: Settings, tmp_path: Path, answer: tuple[int, dict[str, str], bytes], why: str
) -> None:
    settings.WEBHOOKS = replace(settings.WEBHOOKS, loopback=True)
    with collection(answer) as (url, asked):
        partner(tmp_path, url=url)
        with pytest.raises(CommandError, match=why):
            call_command("import_indicators", partner="acme", stdout=StringIO())
    assert len(asked) == 1
    assert PartnerIndicator.objects.count() == ("where" in why)


def test_a_collection_inside_is_asked_for_nothing(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.WEBHOOKS = replace(settings.WEBHOOKS, loopback=True)
    with collection((200, {}, page())) as (url, asked):
        partner(tmp_path, url=url)
        settings.WEBHOOKS = replace(settings.WEBHOOKS, loopback=False)
        with pytest.raises(CommandError, match="where we do not go"):
            call_command("import_indicators", partner="acme", stdout=StringIO())
    assert asked == []


def test_pages_are_followed_and_the_next_time_asks_for_what_came_since(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.WEBHOOKS = replace(settings.WEBHOOKS, loopback=True)
    moment = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    last = {"X-TAXII-Date-Added-Last": moment}
    second = {**INDICATOR, "id": INDICATOR["id"][:-1] + "7", "pattern": "[domain-name:value = 'farm.example']"}
    none: dict[str, str] = {}
    answers = ((200, none, page(INDICATOR, more=True, next="two")), (200, last, page(second)), (200, none, b"{}"))
    with collection(*answers) as (url, asked):
        partner(tmp_path, url=url)
        call_command("import_indicators", partner="acme", stdout=StringIO())
        call_command("import_indicators", partner="acme", stdout=StringIO())
    assert PartnerIndicator.objects.count() == 2
    assert "next=two" in asked[1]
    assert f"added_after={moment.replace(':', '%3A')}" in asked[2]
    assert KEY not in "".join(asked)
