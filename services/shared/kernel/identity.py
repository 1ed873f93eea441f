"""Who is calling: verifies bearer tokens (JWT, RFC 7519) against the issuer's published keys (JWKS, RFC 7517).

Tokens live by the machine's own time, also where the demo's clock has been moved.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt
from jwt.api_jwk import PyJWK

from services.shared.vocabulary import Denied, Finding, Refusal, Role, normal_uscc

ALGORITHMS = frozenset({"EdDSA", "RS256", "ES256"})
"""The signatures we accept (RFC 8725 §3.1): asymmetric ones only, so that nobody who verifies could also sign."""

LEEWAY = 30
"""Seconds by which two machines' clocks may differ."""

MAX_LIFE = 900 + LEEWAY
"""Seconds for which a token may be good: so long a role that was taken away may still act (T24 of the threat model)."""

_MAX_TOKEN = 16 * 1024
_MAX_JWKS = 1024 * 1024
_FETCH_TIMEOUT = 5.0
_ASK_AGAIN_AFTER = 10.0
_MAX_AGE = 300.0
_FOR_PEOPLE = frozenset(Role) - {Role.CLOCK, Role.SYSTEM}


class Unauthenticated(Refusal):
    """The caller showed a token that proves nothing. HTTP: 401."""


class IssuerUnavailable(Refusal):
    """No token can be judged, because the issuer's keys were never reached. HTTP: 503."""


@dataclass(frozen=True)
class Identity:
    """A person or system that a token has proved. Anonymous callers are `None`.

    `organisation` is a unified social credit code (USCC), `prefecture` a GB/T 2260 code or empty.
    """

    subject: str
    name: str
    roles: frozenset[Role]
    organisation: str
    prefecture: str

    def acting_as(self, role: str) -> Role:
        """The role in use, once it is certain that the caller holds it. Raises Denied otherwise."""
        if role not in self.roles:
            raise Denied(Finding("role-not-held", "您没有以该身份办理的权限", "you do not hold the role you name"))
        return Role(role)


class Jwks:
    """The issuer's public keys, from a file or an http(s) address, kept and refreshed.

    An unknown key id asks again, at most every ten seconds; after five minutes it asks in any case, so that a
    withdrawn key loses its force. While the issuer does not answer, the keys last seen go on.
    """

    def __init__(self, source: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._monotonic = monotonic
        self._keys: dict[str, PyJWK] = {}
        self._asked: float | None = None
        self._loaded = 0.0
        self._asking = threading.Lock()

    def key(self, kid: str) -> PyJWK | None:
        """The key of this id, or None when the issuer has no such key. Raises IssuerUnavailable."""
        known = kid in self._keys
        if not known or self._monotonic() - self._loaded > _MAX_AGE:
            self._refresh(wait=not known)
        if not self._keys:
            raise IssuerUnavailable(
                Finding("issuer-unavailable", "暂时无法核验身份，请稍后再试", "the issuer's keys cannot be read now")
            )
        return self._keys.get(kid)

    def _refresh(self, *, wait: bool) -> None:
        """Ask the issuer, one caller at a time; who already has a key does not wait for the others."""
        if not self._asking.acquire(blocking=wait):
            return
        try:
            now = self._monotonic()
            if self._asked is not None and now - self._asked < _ASK_AGAIN_AFTER:
                return
            self._asked = now
            keys = _usable_keys(self._load())
            if keys:
                self._keys, self._loaded = keys, now
        except (OSError, ValueError, httpx.HTTPError):
            pass  # what was known stays; without any key `key` refuses
        finally:
            self._asking.release()

    def _load(self) -> bytes:
        if self._source.startswith(("http://", "https://")):
            return _fetch(self._source)
        return Path(self._source.removeprefix("file://")).read_bytes()


class Verifier:
    """Turns the `Authorization` header of a request into an `Identity`."""

    def __init__(self, keys: Jwks, *, issuer: str, audience: str) -> None:
        if not issuer or not audience:
            raise ValueError("a verifier needs the issuer and the audience that it accepts")
        self._keys, self._issuer, self._audience = keys, issuer, audience

    def identify(self, authorization: str | None) -> Identity | None:
        """Who sent this header; None when there is none. Raises Unauthenticated, IssuerUnavailable."""
        if authorization is None or not authorization.strip():
            return None
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() != "bearer":
            raise _unauthenticated("token-invalid")
        return self.verify(token.strip())

    def verify(self, token: str) -> Identity:
        """Who this token proves. Raises Unauthenticated, IssuerUnavailable."""
        try:
            return _identity(self._claims(token))
        except jwt.ExpiredSignatureError:
            raise _unauthenticated("token-expired") from None
        except jwt.ImmatureSignatureError:
            raise _unauthenticated("token-not-yet-valid") from None
        except (jwt.PyJWTError, ValueError, TypeError):
            raise _unauthenticated("token-invalid") from None  # the cause would quote the token

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > _MAX_TOKEN or not token.isascii():
            raise ValueError("not a token")
        key = self._keys.key(str(jwt.get_unverified_header(token).get("kid", "")))
        if key is None:
            raise ValueError("no key of that id")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],  # the key's own, never the one that the token names
            issuer=self._issuer,
            audience=self._audience,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"], "enforce_minimum_key_length": True},
        )
        _check_life(claims)
        return claims


def verifier_from(environ: Mapping[str, str]) -> Verifier:
    """A verifier by `OIDC_JWKS` (file or http(s) address), `OIDC_ISSUER` and `OIDC_AUDIENCE`; KeyError without."""
    return Verifier(Jwks(environ["OIDC_JWKS"]), issuer=environ["OIDC_ISSUER"], audience=environ["OIDC_AUDIENCE"])


_TEXTS = {
    "token-invalid": ("身份凭证无效，请重新登录", "the token is not valid, please sign in again"),
    "token-expired": ("登录已过期，请重新登录", "the token has expired, please sign in again"),
    "token-not-yet-valid": ("身份凭证尚未生效", "the token is not valid yet"),
}


def _unauthenticated(code: str) -> Unauthenticated:
    zh, en = _TEXTS[code]
    return Unauthenticated(Finding(code, zh, en))


def _check_life(claims: Mapping[str, Any]) -> None:
    """A role that was taken away counts until the token is over: so none may be good for long, whoever issued it."""
    if claims["exp"] - claims["iat"] > MAX_LIFE:
        raise ValueError("the token is good for too long")


def _identity(claims: Mapping[str, Any]) -> Identity:
    subject, roles = claims["sub"], claims.get("roles", [])
    if not isinstance(subject, str) or not subject or not isinstance(roles, list):
        raise ValueError("claims of the wrong form")
    return Identity(
        subject=subject,
        name=_text(claims, "name"),
        # Unknown roles are not ours to judge; those of the machinery are never a caller's.
        roles=frozenset(role for role in _FOR_PEOPLE if role.value in roles),
        organisation=normal_uscc(_text(claims, "organisation")),
        prefecture=_text(claims, "prefecture"),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name} is not text")
    return value


def _usable_keys(jwks: bytes) -> dict[str, PyJWK]:
    document = json.loads(jwks)
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise ValueError("not a JWKS")
    return {key.key_id: key for key in map(_signing_key, keys) if key and key.key_id}


def _signing_key(jwk: Any) -> PyJWK | None:
    """The key when we can use it; an issuer may also publish keys for other ends."""
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig":
        return None
    try:
        key = PyJWK.from_dict(jwk)
    except jwt.PyJWTError:
        return None
    return key if key.algorithm_name in ALGORITHMS else None


def _fetch(url: str) -> bytes:
    """The body at `url`, within a few seconds and a megabyte, or ValueError."""
    until = time.monotonic() + _FETCH_TIMEOUT
    body = b""
    with httpx.stream("GET", url, timeout=_FETCH_TIMEOUT / 2) as response:
        response.raise_for_status()
        for part in response.iter_bytes():
            body += part
            if len(body) > _MAX_JWKS or time.monotonic() > until:
                raise ValueError("the JWKS is too large or too slow")
    return body
