"""Every parser of what strangers send: it takes it or refuses it with its own refusal, soon, and keeps nothing."""

from __future__ import annotations

import base64
import json
import resource
import time
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.provisional import urls
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from services.shared.envelope import MAX_BYTES, EnvelopeError, IntegrationEvent, decode, encode
from services.shared.kernel.identity import Identity, Jwks, Unauthenticated, Verifier
from services.shared.kernel.issuer import AUDIENCE, ISSUER, DemoIssuer
from services.shared.kernel.logpages import decode_page
from services.shared.kernel.request import Page, cursor_behind, json_body, page_of, position
from services.shared.vocabulary import Refusal
from tests.kernel.letters import letter

seeded = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ENVELOPE = json.loads(encode(letter(7)))


# envelopes


@seeded
@given(st.binary(max_size=400))
def test_bytes_are_an_envelope_or_refused(body):
    taken_or_refused(body)


@seeded
@given(st.sampled_from(sorted(ENVELOPE)), json_values)
def test_an_envelope_with_one_strange_member_is_taken_or_refused(name, value):
    taken_or_refused(json.dumps(ENVELOPE | {name: value}).encode())


@seeded
@given(st.integers(0, len(encode(letter(7))) - 1), st.binary(max_size=3))
def test_an_envelope_with_damaged_bytes_is_taken_or_refused(at, put):
    whole = encode(letter(7))
    taken_or_refused(whole[:at] + put + whole[at + 1 :])


@seeded
@given(st.dictionaries(st.text(max_size=8), json_values, max_size=5))
def test_what_one_service_encodes_another_decodes_alike(data):
    event = letter(7, data=data)
    try:
        body = encode(event)
    except (EnvelopeError, UnicodeEncodeError):
        return
    assert encode(decode(body)) == body


@pytest.mark.parametrize("bomb", [b"[" * MAX_BYTES, b'{"a":' * 12_000, b'"' + b"\\u0000" * 10_000, b" " * 2**21])
def test_a_bomb_is_refused_at_once(bomb):
    started = time.monotonic()
    with pytest.raises(EnvelopeError):
        decode(bomb)
    assert time.monotonic() - started < 0.5


def taken_or_refused(body):
    try:
        event = decode(body)
    except EnvelopeError:
        return
    assert isinstance(event, IntegrationEvent)
    assert isinstance(event.sender + event.routing_key, str)


@seeded
@given(st.binary(max_size=400))
def test_bytes_are_a_page_of_a_log_or_refused(body):
    with pytest.raises(ValueError):  # noqa: PT011  # whichever kind of it
        decode_page(body)


# tokens


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    return DemoIssuer(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def verifier(issuer):
    return Verifier(Jwks(str(issuer.jwks)), issuer=ISSUER, audience=AUDIENCE)


@pytest.fixture(scope="module")
def good(issuer):
    return issuer.token({"sub": "somebody", "roles": ["auditor"]})


@seeded
@given(st.text(max_size=300))
def test_no_text_is_a_token(verifier, text):
    refused(verifier, text)
    refused(verifier, f"Bearer {text}x")


@seeded
@given(st.data())
def test_a_token_with_one_letter_changed_is_refused(verifier, good, data):
    at = data.draw(st.integers(0, len(good) - 1))
    put = data.draw(st.sampled_from("ABCxyz019-_.= é"))
    changed = good[:at] + put + good[at + 1 :]
    if changed == good or same_bytes(changed, good):
        return
    refused(verifier, f"Bearer {changed}")


@seeded
@given(json_values, json_values)
def test_headers_and_claims_of_any_form_without_our_signature_are_refused(verifier, header, claims):
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    refused(verifier, "Bearer " + ".".join([*parts, "AAAA"]))


@seeded
@given(st.sampled_from(["sub", "name", "roles", "organisation", "prefecture", "exp", "nbf", "iat", "aud"]), json_values)
def test_claims_of_any_form_with_our_signature_are_an_identity_or_refused(verifier, issuer, name, value):
    try:
        token = issuer.token({"sub": "somebody", "roles": []} | {name: value})
    except TypeError:
        return  # it cannot even be signed
    try:
        identity = verifier.identify(f"Bearer {token}")
    except Unauthenticated:
        return
    assert isinstance(identity, Identity)
    assert identity.subject


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA"])
def test_a_token_signed_by_nobody_or_somebody_else_is_refused(verifier, issuer, good, algorithm):
    claims = jwt.decode(good, options={"verify_signature": False})
    key = {
        "none": None,
        "HS256": json.loads(issuer.jwks.read_text())["keys"][0]["x"],
        "EdDSA": Ed25519PrivateKey.generate(),
    }[algorithm]
    kid = jwt.get_unverified_header(good)["kid"]
    refused(verifier, f"Bearer {jwt.encode(claims, key, algorithm=algorithm, headers={'kid': kid})}")


def same_bytes(one, other):
    """Base64 has more than one spelling of the same bytes: the last letter's lowest bits are not read."""

    def parts(token):
        return [base64.urlsafe_b64decode(part + "==") for part in token.split(".")]

    try:
        return one.isascii() and parts(one) == parts(other)
    except ValueError:
        return False


def refused(verifier, header):
    started = time.monotonic()
    try:
        found = verifier.identify(header)
    except Unauthenticated:
        found = None
    assert found is None, "somebody was let in"
    assert time.monotonic() - started < 1


# cursors and bodies


def request_for(query="", body=b""):
    builder = EnvironBuilder(method="POST", query_string=query, data=body, content_type="application/json")
    return Request(builder.get_environ())


@seeded
@given(st.lists(st.uuids(), min_size=1, max_size=1))
def test_our_own_cursor_comes_back_as_it_was(key):
    page = page_of(request_for({"after": cursor_behind(key)}))
    assert page == Page(50, [str(part) for part in key])
    assert page.behind(UUID) == key


@seeded
@given(st.text(max_size=60), st.text(max_size=6))
def test_any_text_as_cursor_and_limit_is_a_page_or_refused(after, limit):
    a_page_or_refused({"after": after, "limit": limit})


@seeded
@given(json_values)
def test_any_value_as_cursor_is_a_page_or_refused(value):
    a_page_or_refused({"after": base64.urlsafe_b64encode(json.dumps(value).encode()).decode()})


@seeded
@given(urls())
def test_any_address_as_cursor_is_a_page_or_refused(url):
    a_page_or_refused({"after": url})


def a_page_or_refused(query):
    try:
        page = page_of(request_for(query))
        behind = page.behind(position, UUID)
    except Refusal:
        return
    assert 1 <= page.limit <= 200
    assert behind is None or len(behind) == 2


@seeded
@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_an_object_or_refused(body):
    try:
        value = json_body(request_for(body=body))
    except Refusal:
        return
    assert isinstance(value, dict)


def test_ten_thousand_strange_messages_leave_no_memory_behind():
    def throw(times):
        for number in range(times):
            with pytest.raises(EnvelopeError):
                decode(b'{"id": "%d", "data": {"x": "%s"}}' % (number, b"y" * 2000))

    throw(2_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    throw(10_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024
