"""What the system must know and the printed forms do not ask (domain report §0, items 1 to 5). All of it is ours."""

from __future__ import annotations

import re

from services.intake.forms.codes import (
    BODIES,
    CONTRIBUTION_FORMS,
    ORIGINS,
    TECHNOLOGY_LEVELS,
    TRACKS_REQUESTED,
)
from services.shared.kernel.fields import (
    Block,
    Code,
    Failure,
    Form,
    Integer,
    Items,
    Money,
    Percent,
    Shaped,
    Text,
    Uscc,
)


class ClassCode(Shaped):
    """A class of GB/T 4754: two to four digits, kept as text."""

    shape = re.compile("[0-9]{2,4}")
    failure = Failure("not-a-class-code", "行业代码应为 2 至 4 位数字", "an industry code has two to four digits")


class Contribution(Form):
    """What one owner brings in, in one form (S3.2.1, S3.2.3)."""

    uscc = Uscc(label="出资单位", required=True)
    form = Code(CONTRIBUTION_FORMS, label="出资方式", required=True)
    pledged_wan = Money(label="认缴（万元）", required=True)
    paid_in_wan = Money(label="实缴（万元）", required=True)
    pct = Percent(label="占比（%）", required=True)


class CoreTechnology(Form):
    """A core technology to be broken through (S3.2.4); `trl` is the technology readiness level, 1 to 9."""

    name = Text(200, label="核心技术名称", required=True)
    level = Code(TECHNOLOGY_LEVELS, label="预期水平", required=True)
    ip_status = Text(500, label="知识产权情况", required=True)
    trl = Integer(1, 9, label="技术成熟度", required=True)


class IndustryCode(Form):
    """国民经济行业分类."""

    standard = Code({"GB/T 4754": "国民经济行业分类"}, label="标准", required=True)
    edition = Code({"2017": "2017 年版"}, label="版本", required=True)
    code = ClassCode(label="代码", required=True)


class Supplement(Form):
    """系统补充信息. `centre_uscc` is wanted when the centre must already exist (check K05)."""

    centre_uscc = Uscc(label="创新中心统一社会信用代码")
    lead_uscc = Uscc(label="牵头单位统一社会信用代码", required=True)
    prefecture_code = Code(BODIES, label="属地州市", required=True)
    track_requested = Code(TRACKS_REQUESTED, label="申请类别", required=True)
    origin = Code(ORIGINS, label="来源", required=True)
    total_formation_funds_wan = Money(label="全部组建资金（含研发设备，万元）", required=True)
    of_which_equipment_wan = Money(label="其中研发设备（万元）")
    contributions = Items(Block(Contribution), 1, label="出资情况", required=True)
    full_time_rd_staff = Integer(label="专职研发人员（人）", required=True)
    core_technologies = Items(Block(CoreTechnology), label="核心技术", required=True)
    industry_code = Block(IndustryCode, label="行业代码", required=True)
