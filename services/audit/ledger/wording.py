"""The ledger told in Chinese sentences: who, in which capacity, did what, on which legal basis."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from services.shared.calendar import BEIJING
from services.shared.vocabulary import Role

CAPACITIES: Mapping[str, str] = {
    Role.APPLICANT: "申报单位",
    Role.MEMBER_UNIT: "成员单位",
    Role.PREFECTURE_OFFICER: "州市经办",
    Role.PREFECTURE_HEAD: "州市负责人",
    Role.PROVINCE_OFFICER: "省厅经办",
    Role.DIVISION_HEAD: "省厅处长",
    Role.COLLECTIVE_BODY: "集体决策机构",
    Role.EXPERT: "评审专家",
    Role.INSPECTOR: "现场考核人员",
    Role.AUDITOR: "审计人员",
    Role.ADMINISTRATOR: "系统管理员",
    Role.DISCIPLINE: "机关纪委",
    Role.SUBSCRIBER: "订阅系统",
    Role.CLOCK: "系统时钟",
    Role.SYSTEM: "系统",
}


def sentence(at: datetime, capacity: str, actor: str, topic: str, legal_basis: tuple[str, ...]) -> str:
    """`2026-06-01 12:00:00 申报单位（u-1）报送申报材料，依据 S4.1.1`; the time is that of Beijing."""
    local = at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    basis = f"，依据 {'、'.join(legal_basis)}" if legal_basis else ""
    return f"{local} {CAPACITIES.get(capacity, capacity)}（{actor}）{meaning(topic)}{basis}"


def meaning(topic: str) -> str:
    """What a stored topic means; the topic itself when nobody has said it."""
    service, _, name = topic.partition(".")
    return _meanings().get(service, {}).get(name, topic)


@cache
def _meanings() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "topics.toml").read_text("utf-8"))
