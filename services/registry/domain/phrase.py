"""One human phrase for all regions of a centre, in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.registry.domain.national import National
from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import LISTED, Qualification
from services.registry.domain.supervision import Supervision

if TYPE_CHECKING:
    from services.registry.domain.centre import Centre

_QUALIFICATION = {
    Qualification.CLEARED: ("公示无异议，待发文", "cleared, waiting for its decision"),
    Qualification.CULTIVATION: ("培育试点", "in cultivation"),
    Qualification.DESIGNATED: ("已认定", "designated"),
    Qualification.REVOKED: ("已取消资格", "revoked"),
    Qualification.EXITED: ("已自愿退出", "left at its own wish"),
    Qualification.EXPIRED: ("培育期满", "cultivation expired"),
    Qualification.DISSOLVED: ("主体已注销", "dissolved"),
    Qualification.MERGED: ("已并入他中心", "merged into another centre"),
}
_SUPERVISION = {
    Supervision.ASSESSING: ("考核评估中", "under assessment"),
    Supervision.RECTIFYING: ("限期整改中", "rectifying"),
    Supervision.REASSESSING: ("整改复核中", "being rechecked"),
    Supervision.REVOCATION_PROPOSED: ("拟取消资格", "facing revocation"),
    Supervision.UNDER_INVESTIGATION: ("核查中", "under investigation"),
}
_PLAQUE = {
    Plaque.ISSUED: ("已授牌", "has its plaque"),
    Plaque.RECALL_ORDERED: ("牌匾责令交回", "must return its plaque"),
    Plaque.RETURNED: ("牌匾已交回", "returned its plaque"),
    Plaque.VOIDED: ("牌匾公告作废", "its plaque is void"),
}


def phrase_of(centre: Centre) -> tuple[str, str]:
    """The phrase in Chinese and in English; supervision is told while the centre is listed."""
    parts = [_QUALIFICATION[centre.qualification]]
    if centre.qualification in LISTED and centre.supervision in _SUPERVISION:
        parts.append(_SUPERVISION[centre.supervision])
    if centre.plaque in _PLAQUE:
        parts.append(_PLAQUE[centre.plaque])
    if centre.national is National.RECOMMENDED:
        parts.append(("已推荐国家级", "recommended to the ministry"))
    return "，".join(zh for zh, _ in parts), ", ".join(en for _, en in parts)
