"""One human phrase for all regions of a centre, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from services.registry.domain.national import National
from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import LISTED, Qualification
from services.registry.domain.supervision import Supervision


class Region(StrEnum):
    """What runs beside a centre: records that have lives of their own."""

    REMEDY = "remedy"  # 救济
    CHANGE = "change"  # 登记事项变更
    SHORTFALL = "shortfall"  # 条件不足
    DUE = "due"  # 待报，未逾期: nothing to tell
    OVERDUE = "overdue"  # 工作总结逾期
    CLOSED = "closed"  # 已办结: nothing to tell


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


_NATIONAL = {
    National.RECOMMENDED: ("已推荐国家级", "recommended to the ministry"),
    National.CULTIVATING: ("国家级培育", "in cultivation by the ministry"),
    National.NATIONAL: ("国家级", "national"),
}
_BESIDE = {
    Region.SHORTFALL: ("条件不足限期补足 {} 项", "conditions to cure: {}"),
    Region.CHANGE: ("变更办理中 {} 件", "changes under way: {}"),
    Region.OVERDUE: ("工作总结逾期 {} 份", "reports overdue: {}"),
    Region.REMEDY: ("救济程序 {} 件", "remedy cases: {}"),
}


class Regional(Protocol):
    """What has the four regions that are a centre's own."""

    @property
    def qualification(self) -> Qualification: ...
    @property
    def supervision(self) -> Supervision: ...
    @property
    def plaque(self) -> Plaque: ...
    @property
    def national(self) -> National: ...


class Own(NamedTuple):
    """The four regions as a row has them."""

    qualification: Qualification
    supervision: Supervision
    plaque: Plaque
    national: National


def phrase_of(centre: Regional, beside: Mapping[Region, int] = MappingProxyType({})) -> tuple[str, str]:
    """The phrase in Chinese and in English; supervision is told while the centre is listed.

    `beside`: how many remedy cases, changes, shortfalls and late reports there are.
    """
    parts = [_QUALIFICATION[centre.qualification]]
    if centre.qualification in LISTED and centre.supervision in _SUPERVISION:
        parts.append(_SUPERVISION[centre.supervision])
    if centre.plaque in _PLAQUE:
        parts.append(_PLAQUE[centre.plaque])
    if centre.national in _NATIONAL:
        parts.append(_NATIONAL[centre.national])
    for region, (zh, en) in _BESIDE.items():
        if count := beside.get(region):
            parts.append((zh.format(count), en.format(count)))
    return "，".join(zh for zh, _ in parts), ", ".join(en for _, en in parts)
