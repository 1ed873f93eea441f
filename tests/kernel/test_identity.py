"""Tokens: what is accepted, what is refused, and how the issuer's keys are kept."""

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from services.shared.kernel.identity import Identity, IssuerUnavailable, Jwks, Unauthenticated, Verifier, verifier_from
from services.shared.kernel.issuer import AUDIENCE, DEMO_USERS, ISSUER, DemoIssuer, demo_user
from services.shared.vocabulary import PREFECTURES, Denied, Role, is_uscc


class Monotonic:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def claims(**changes):
    now = int(time.time())
    return {"iss": ISSUER, "aud": AUDIENCE, "sub": "u1", "iat": now, "exp": now + 60, "roles": []} | changes


def jwk(key, kid="k1", **more):
    if isinstance(key, rsa.RSAPrivateKey):
        text = RSAAlgorithm.to_jwk(key.public_key())
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        text = ECAlgorithm.to_jwk(key.public_key())
    else:
        text = OKPAlgorithm.to_jwk(key.public_key())
    return json.loads(text) | {"kid": kid} | more


def publish(path, *keys):
    path.write_text(json.dumps({"keys": keys}))
    return path


def verifier(path, **options):
    return Verifier(Jwks(str(path), **options), issuer=ISSUER, audience=AUDIENCE)


@pytest.fixture
def key():
    return Ed25519PrivateKey.generate()


@pytest.fixture
def verify(tmp_path, key):
    return verifier(publish(tmp_path / "jwks.json", jwk(key))).verify


def code(refused):
    return refused.value.findings[0].code


def test_tells_who_a_token_of_the_demo_issuer_is_for(tmp_path):
    issuer = DemoIssuer(tmp_path)
    token = issuer.token_for(demo_user("officer-kunming"))
    assert verifier_from(issuer.environment()).identify(f"Bearer {token}") == Identity(
        "officer-kunming", "虚春晓", frozenset({Role.PREFECTURE_OFFICER}), "11530100FAKE01024D", "530100"
    )


@pytest.mark.parametrize("header", [None, "", "  "])
def test_caller_without_token_is_anonymous(tmp_path, header):
    assert verifier(tmp_path / "none.json").identify(header) is None


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (Ed25519PrivateKey.generate(), "EdDSA"),
        (rsa.generate_private_key(65537, 2048), "RS256"),
        (ec.generate_private_key(ec.SECP256R1()), "ES256"),
    ],
    ids=["EdDSA", "RS256", "ES256"],
)
def test_accepts_the_asymmetric_algorithms(verify, key, algorithm):
    assert verify(jwt.encode(claims(), key, algorithm=algorithm, headers={"kid": "k1"})).subject == "u1"


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_refuses_unsigned_and_symmetric_tokens(tmp_path, key, algorithm):
    secret: Any = None if algorithm == "none" else b"s" * 32
    symmetric = {"kty": "oct", "k": "c3NzcyBzc3NzIHNzc3Mgc3NzcyBzc3NzIHNzc3M", "kid": "k1"}
    path = publish(tmp_path / "jwks.json", symmetric, jwk(key, "k2"))
    for kid in ("k1", "k2"):
        token = jwt.encode(claims(), secret, algorithm=algorithm, headers={"kid": kid})
        with pytest.raises(Unauthenticated) as refused:
            verifier(path).verify(token)
        assert code(refused) == "token-invalid"


def test_refuses_a_strong_signature_outside_the_list(tmp_path):
    key = rsa.generate_private_key(65537, 2048)
    other = jwk(Ed25519PrivateKey.generate(), "k3")
    path = publish(tmp_path / "jwks.json", jwk(key, "k1"), jwk(key, "k2", alg="RS512"), other)
    for kid in ("k1", "k2"):
        with pytest.raises(Unauthenticated):
            verifier(path).verify(jwt.encode(claims(), key, algorithm="RS512", headers={"kid": kid}))


def test_refuses_a_key_that_is_published_for_encryption(tmp_path, key):
    path = publish(tmp_path / "jwks.json", jwk(key, use="enc"), jwk(Ed25519PrivateKey.generate(), "k2"))
    with pytest.raises(Unauthenticated):
        verifier(path).verify(jwt.encode(claims(), key, algorithm="EdDSA", headers={"kid": "k1"}))


def from_now(changes):
    """Numbers in `exp` and `nbf` are seconds from now; now is when the test runs, not when it was collected."""
    return {name: time.time() + value if name in ("exp", "nbf") else value for name, value in changes.items()}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"exp": -31}, "token-expired"),
        ({"nbf": +120}, "token-not-yet-valid"),
        ({"iss": "someone else"}, "token-invalid"),
        ({"aud": "another system"}, "token-invalid"),
        ({"sub": ""}, "token-invalid"),
        ({"roles": "expert"}, "token-invalid"),
        ({"organisation": 7}, "token-invalid"),
    ],
)
def test_refuses_a_token_when_a_claim_is_wrong(verify, key, changes, expected):
    with pytest.raises(Unauthenticated) as refused:
        verify(jwt.encode(claims(**from_now(changes)), key, algorithm="EdDSA", headers={"kid": "k1"}))
    assert code(refused) == expected


@pytest.mark.parametrize("missing", ["exp", "iss", "aud", "sub"])
def test_refuses_a_token_when_a_claim_is_missing(verify, key, missing):
    short = claims()
    del short[missing]
    with pytest.raises(Unauthenticated):
        verify(jwt.encode(short, key, algorithm="EdDSA", headers={"kid": "k1"}))


def test_forgives_clocks_that_differ_by_less_than_half_a_minute(verify, key):
    now = time.time()
    token = jwt.encode(claims(exp=now - 20, nbf=now + 20), key, algorithm="EdDSA", headers={"kid": "k1"})
    assert verify(token).subject == "u1"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.b.c", "x" * 20_000, "Basic dTpw"])
def test_refuses_what_is_no_token_and_never_repeats_it(verify, token):
    with pytest.raises(Unauthenticated) as refused:
        verify(token)
    assert code(refused) == "token-invalid"
    assert not token or token not in str(refused.value)
    assert refused.value.__suppress_context__


def test_refuses_another_scheme(tmp_path):
    with pytest.raises(Unauthenticated):
        verifier(tmp_path / "none.json").identify("Basic dTpw")


def test_refuses_a_changed_token(verify, key):
    token = jwt.encode(claims(), key, algorithm="EdDSA", headers={"kid": "k1"})
    head, _, signature = token.split(".")
    forged = jwt.encode(claims(sub="boss"), Ed25519PrivateKey.generate(), algorithm="EdDSA").split(".")[1]
    with pytest.raises(Unauthenticated):
        verify(f"{head}.{forged}.{signature}")


def test_ignores_unknown_roles_and_those_of_the_machinery(verify, key):
    held = claims(roles=["expert", "king", "clock", "system", 7])
    assert verify(jwt.encode(held, key, algorithm="EdDSA", headers={"kid": "k1"})).roles == {Role.EXPERT}


def test_normalises_the_organisation(verify, key):
    typed = claims(organisation="９１530100mafake019m ")
    token = jwt.encode(typed, key, algorithm="EdDSA", headers={"kid": "k1"})
    assert verify(token).organisation == "91530100MAFAKE019M"


def test_acts_only_in_a_role_that_it_holds():
    identity = Identity("u1", "虚", frozenset({Role.EXPERT}), "", "")
    assert identity.acting_as("expert") is Role.EXPERT
    for role in (Role.AUDITOR, "king", ""):
        with pytest.raises(Denied):
            identity.acting_as(role)


def test_finds_a_new_key_but_asks_at_most_every_ten_seconds(tmp_path, key):
    clock, path = Monotonic(), publish(tmp_path / "jwks.json", jwk(key))
    check = verifier(path, monotonic=clock).verify
    check(jwt.encode(claims(), key, algorithm="EdDSA", headers={"kid": "k1"}))
    new = Ed25519PrivateKey.generate()
    publish(path, jwk(key), jwk(new, "k2"))
    token = jwt.encode(claims(), new, algorithm="EdDSA", headers={"kid": "k2"})
    clock.at += 9
    with pytest.raises(Unauthenticated):
        check(token)
    clock.at += 2
    assert check(token).subject == "u1"


def test_withdrawn_key_loses_its_force_after_five_minutes(tmp_path, key):
    clock, path = Monotonic(), publish(tmp_path / "jwks.json", jwk(key))
    check = verifier(path, monotonic=clock).verify
    token = jwt.encode(claims(), key, algorithm="EdDSA", headers={"kid": "k1"})
    check(token)
    publish(path, jwk(Ed25519PrivateKey.generate(), "k2"))
    clock.at += 299
    assert check(token).subject == "u1"
    clock.at += 2
    with pytest.raises(Unauthenticated):
        check(token)


def test_keys_last_seen_go_on_while_the_issuer_is_away(tmp_path, key):
    clock, path = Monotonic(), publish(tmp_path / "jwks.json", jwk(key))
    check = verifier(path, monotonic=clock).verify
    token = jwt.encode(claims(), key, algorithm="EdDSA", headers={"kid": "k1"})
    check(token)
    path.write_text("<html>maintenance</html>")
    clock.at += 1000
    assert check(token).subject == "u1"


def test_says_that_the_issuer_is_unavailable_when_no_key_was_ever_read(tmp_path, key):
    token = jwt.encode(claims(), key, algorithm="EdDSA", headers={"kid": "k1"})
    with pytest.raises(IssuerUnavailable):
        verifier(tmp_path / "none.json").verify(token)
    with pytest.raises(IssuerUnavailable):
        Verifier(Jwks("http://127.0.0.1:9/jwks"), issuer=ISSUER, audience=AUDIENCE).verify(token)


def test_reads_keys_over_http_once_for_many_callers(tmp_path, key, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    asked = []

    class Door(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"keys": [jwk(key)]}).encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    keys = Jwks(f"http://127.0.0.1:{server.server_port}/jwks")
    seen: list[object] = []
    threads = [threading.Thread(target=lambda: seen.append(keys.key("k1"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    server.shutdown()
    server.server_close()
    assert len(seen) == 8
    assert None not in seen
    assert asked == ["/jwks"]


def test_demo_issuer_keeps_its_key_to_its_owner_and_between_starts(tmp_path):
    first, second = DemoIssuer(tmp_path), DemoIssuer(tmp_path)
    assert (tmp_path / "issuer.key").stat().st_mode & 0o777 == 0o600
    token = first.token_for(demo_user("auditor"))
    assert verifier_from(second.environment()).verify(token).roles == {Role.AUDITOR}
    assert {p.name for p in tmp_path.iterdir()} == {"issuer.key", "jwks.json"}
    assert "d" not in json.loads((tmp_path / "jwks.json").read_text())["keys"][0]


def test_demo_token_expires(tmp_path):
    issuer = DemoIssuer(tmp_path)
    with pytest.raises(Unauthenticated) as refused:
        verifier_from(issuer.environment()).verify(issuer.token_for(DEMO_USERS[0], life=-31))
    assert code(refused) == "token-expired"


def test_demo_users_cover_every_role_that_people_hold():
    held = [role for user in DEMO_USERS for role in user.roles]
    assert set(held) == set(Role) - {Role.CLOCK, Role.SYSTEM}
    assert held.count(Role.EXPERT) >= 7
    assert held.count(Role.INSPECTOR) == 3
    assert held.count(Role.PROVINCE_OFFICER) == 2
    for prefecture in ("530100", "533100"):
        roles = {role for user in DEMO_USERS if user.prefecture == prefecture for role in user.roles}
        assert {Role.APPLICANT, Role.PREFECTURE_OFFICER, Role.PREFECTURE_HEAD} <= roles


def test_demo_users_are_sound_records():
    assert len({user.subject for user in DEMO_USERS}) == len(DEMO_USERS)
    assert [user.subject for user in DEMO_USERS if not is_uscc(user.organisation)] == []
    assert {user.prefecture for user in DEMO_USERS} <= {*PREFECTURES, ""}


def test_two_processes_that_start_at_once_share_one_demo_key(tmp_path):
    issuers: list[DemoIssuer] = []
    threads = [threading.Thread(target=lambda: issuers.append(DemoIssuer(tmp_path))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    check = verifier_from(issuers[0].environment())
    assert [check.verify(issuer.token_for(DEMO_USERS[0])).subject for issuer in issuers] == ["applicant-kunming"] * 6
    assert os.listdir(tmp_path).count("issuer.key") == 1


def test_a_token_that_is_good_for_longer_than_a_role_may_outlive_its_withdrawal_is_refused(tmp_path):
    """Whoever issued it: for so long a role that was taken away would still act."""
    issuer = DemoIssuer(tmp_path)
    verifier = verifier_from(issuer.environment())
    assert verifier.verify(issuer.token({"sub": "u1", "roles": []}, life=900)).subject == "u1"
    with pytest.raises(Unauthenticated):
        verifier.verify(issuer.token({"sub": "u1", "roles": []}, life=1000))
