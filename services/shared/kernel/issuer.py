"""An issuer of tokens for the embedded demonstration only: its own key, its own users, no passwords.

Nothing of the cluster starts it; there, `OIDC_JWKS` names the keys of the government's identity provider.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from services.shared.vocabulary import Role

ISSUER = "urn:zhichuang:demo-issuer"
AUDIENCE = "zhichuang"
LIFE = 900
"""Seconds for which a token is good."""


@dataclass(frozen=True)
class DemoUser:
    """A fictional person of the demonstration."""

    subject: str
    name: str
    roles: tuple[Role, ...]
    organisation: str
    prefecture: str = ""

    def claims(self) -> dict[str, Any]:
        """What a token says of this person."""
        return {
            "sub": self.subject,
            "name": self.name,
            "roles": [role.value for role in self.roles],
            "organisation": self.organisation,
            "prefecture": self.prefecture,
        }


class DemoIssuer:
    """Signs tokens with an Ed25519 key kept in `directory`; `jwks.json` beside it holds the public half."""

    def __init__(self, directory: Path, *, issuer: str = ISSUER, audience: str = AUDIENCE) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.issuer, self.audience = issuer, audience
        self.jwks = directory / "jwks.json"
        self._key = _key_in(directory / "issuer.key")
        jwk = _public_jwk(self._key)
        self._kid = jwk["kid"]
        _write(self.jwks, json.dumps({"keys": [jwk]}).encode(), mode=0o644)

    def token_for(self, user: DemoUser, *, life: int = LIFE) -> str:
        """A token that proves to be `user` for `life` seconds."""
        return self.token(user.claims(), life=life)

    def token(self, claims: Mapping[str, Any], *, life: int = LIFE) -> str:
        """A token with these claims, good from now for `life` seconds."""
        now = int(time.time())
        frame = {"iss": self.issuer, "aud": self.audience, "iat": now, "nbf": now, "exp": now + life}
        return jwt.encode(frame | dict(claims), self._key, algorithm="EdDSA", headers={"kid": self._kid})

    def environment(self) -> dict[str, str]:
        """What `identity.verifier_from` needs in order to trust this issuer."""
        return {"OIDC_JWKS": str(self.jwks), "OIDC_ISSUER": self.issuer, "OIDC_AUDIENCE": self.audience}


def demo_user(subject: str) -> DemoUser:
    """The user of this subject. Raises KeyError."""
    return _BY_SUBJECT[subject]


_KUNMING, _DEHONG = "530100", "533100"

_PROVINCE = "11530000FAKE01016D"  # 省工业和信息化厅
_KUNMING_BUREAU = "11530100FAKE01024D"  # 昆明市工业和信息化局
_DEHONG_BUREAU = "11533100FAKE01032D"  # 德宏州工业和信息化局
_AUDIT_OFFICE = "11530000FAKE01067M"  # 审计机关
_INFORMATION_CENTRE = "12530000FAKE01075D"  # 省信息中心
_TAX_OFFICE = "11530000FAKE01138B"  # 税务部门
_SCIENCE_OFFICE = "11530000FAKE011466"  # 科技部门
_REFORM_OFFICE = "11530000FAKE01150L"  # 发展改革部门
_INSTITUTE_OF_THE_NATION = "12100000FAKE00240P"  # 幻想国家研究所
_SOUTHERN_UNIVERSITY = "12530000FAKE01040T"  # 滇南虚构大学
_TESTING_INSTITUTE = "12530000FAKE01059P"  # 云岭虚构检测院

_ALLOY = "91530100MAFAKE019M"  # 昆明幻彩合金股份有限公司, lead unit of TC-01
_PHARMA = "91533100MAFAKE158H"  # 德宏幻药有限公司, lead unit of TC-11

DEMO_USERS = (
    DemoUser("applicant-kunming", "幻一鸣", (Role.APPLICANT,), _ALLOY, _KUNMING),
    DemoUser("applicant-dehong", "幻芒生", (Role.APPLICANT,), _PHARMA, _DEHONG),
    DemoUser("member-centre", "虚子衡", (Role.MEMBER_UNIT,), "91530112MAFAKE027W", _KUNMING),  # 云南幻彩液态金属
    DemoUser("member-university", "虚文渊", (Role.MEMBER_UNIT,), "12530000FAKE0003XC"),  # 云岭虚构理工大学
    DemoUser("member-institute", "虚明远", (Role.MEMBER_UNIT,), "12530000FAKE00048C"),  # 云岭虚构材料研究院
    DemoUser("member-equipment", "幻沪生", (Role.MEMBER_UNIT,), "91310000MAFAKE078X"),  # 沪上幻智装备
    DemoUser("member-association", "虚若谷", (Role.MEMBER_UNIT,), "52530000MAFAKE086F"),  # 云南虚拟制造协会
    DemoUser("officer-kunming", "虚春晓", (Role.PREFECTURE_OFFICER,), _KUNMING_BUREAU, _KUNMING),
    DemoUser("head-kunming", "虚滇生", (Role.PREFECTURE_HEAD,), _KUNMING_BUREAU, _KUNMING),
    DemoUser("officer-dehong", "幻瑞丽", (Role.PREFECTURE_OFFICER,), _DEHONG_BUREAU, _DEHONG),
    DemoUser("head-dehong", "罕·幻相", (Role.PREFECTURE_HEAD,), _DEHONG_BUREAU, _DEHONG),
    DemoUser("officer-province-1", "虚经纬", (Role.PROVINCE_OFFICER,), _PROVINCE),
    DemoUser("officer-province-2", "幻秋实", (Role.PROVINCE_OFFICER,), _PROVINCE),
    DemoUser("division-head", "虚正言", (Role.DIVISION_HEAD,), _PROVINCE),
    DemoUser("collective-body", "虚构厅党组会秘书", (Role.COLLECTIVE_BODY,), _PROVINCE),
    DemoUser("expert-1", "幻求真", (Role.EXPERT,), _INSTITUTE_OF_THE_NATION),
    DemoUser("expert-2", "幻格物", (Role.EXPERT,), _INSTITUTE_OF_THE_NATION),
    DemoUser("expert-3", "虚致知", (Role.EXPERT,), _INSTITUTE_OF_THE_NATION),
    DemoUser("expert-4", "虚笃行", (Role.EXPERT,), _SOUTHERN_UNIVERSITY),
    DemoUser("expert-5", "幻慎思", (Role.EXPERT,), _SOUTHERN_UNIVERSITY),
    DemoUser("expert-6", "虚明辨", (Role.EXPERT,), _SOUTHERN_UNIVERSITY),
    DemoUser("expert-7", "阿幻·木呷", (Role.EXPERT,), _TESTING_INSTITUTE),
    DemoUser("expert-8", "幻博学", (Role.EXPERT,), _TESTING_INSTITUTE),
    DemoUser("expert-9", "虚审问", (Role.EXPERT,), _TESTING_INSTITUTE),
    DemoUser("inspector-1", "虚行简", (Role.INSPECTOR,), _TESTING_INSTITUTE),
    DemoUser("inspector-2", "幻踏实", (Role.INSPECTOR,), _TESTING_INSTITUTE),
    DemoUser("inspector-3", "虚远山", (Role.INSPECTOR,), _SOUTHERN_UNIVERSITY),
    DemoUser("discipline", "虚清正", (Role.DISCIPLINE,), _PROVINCE),
    DemoUser("system-tax", "税务系统", (Role.SUBSCRIBER,), _TAX_OFFICE),
    DemoUser("system-science", "科技系统", (Role.SUBSCRIBER,), _SCIENCE_OFFICE),
    DemoUser("system-reform", "发展改革系统", (Role.SUBSCRIBER,), _REFORM_OFFICE),
    DemoUser("auditor", "虚明镜", (Role.AUDITOR,), _AUDIT_OFFICE),
    DemoUser("administrator", "幻守机", (Role.ADMINISTRATOR,), _INFORMATION_CENTRE),
)
"""Everybody who can sign in to the demonstration: every role that people hold, in two prefectures. All are invented."""

_BY_SUBJECT = {user.subject: user for user in DEMO_USERS}


def _key_in(path: Path) -> Ed25519PrivateKey:
    """The key in this file, made when there is none; of two processes at once, both take the first one's."""
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write(path, pem, mode=0o600, replace=False)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key")
    return key


def _public_jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    """The public half (RFC 8037), its id the thumbprint of RFC 7638."""
    x = _base64url(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    required = {"crv": "Ed25519", "kty": "OKP", "x": x}
    thumbprint = hashlib.sha256(json.dumps(required, separators=(",", ":"), sort_keys=True).encode()).digest()
    return required | {"kid": _base64url(thumbprint), "alg": "EdDSA", "use": "sig"}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _write(path: Path, data: bytes, *, mode: int, replace: bool = True) -> None:
    """Write a whole file at once, so that nobody reads half of one."""
    handle, fresh = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), mode)
        if replace:
            os.replace(fresh, path)
        else:
            os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first: its file counts
    finally:
        Path(fresh).unlink(missing_ok=True)
