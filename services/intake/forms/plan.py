"""Annex 2 (建设方案计划书): the eight chapters of the outline, and what of them a computer can read.

The chapters are free text. The lists after them are ours, for clause S4.1.0 wants quantified outcomes.
"""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from services.intake.forms.codes import MECHANISMS, PLATFORM_LEVELS, SITE_STATUSES
from services.shared.kernel.fields import (
    Block,
    Code,
    Codes,
    Failure,
    Form,
    Integer,
    Items,
    Money,
    Text,
    Uscc,
    YearMonth,
    invalid,
)

MAX_PASSAGE = 8000
ENDS_BEFORE_START = Failure("ends-before-start", "结束早于开始", "ends before it starts")


def passage(label: str) -> Text:
    """A field for one heading of the outline."""
    return Text(MAX_PASSAGE, multiline=True, label=label, required=True)


class Background(Form):
    """一、建设背景和必要性."""

    industry_overview = passage("（一）产业发展概况：发展现状、布局、上下游和未来趋势")
    innovation_situation = passage("（一）产业创新情况分析")
    bottlenecks = passage("（一）技术瓶颈、体系不足和主要问题")
    meaning = passage("（二）建设创新中心的意义")


class Foundation(Form):
    """二、现有基础."""

    backbone_units = passage("优势骨干单位")
    leading_technologies = passage("现有领先技术")
    preparatory_work = passage("前期工作")
    support = passage("对创新中心建设提供的支持")


class Approach(Form):
    """三、建设思路."""

    positioning = passage("（一）定位与功能")
    rd_direction = passage("（二）技术领域及研发方向")
    objectives = passage("（三）建设目标")
    content = passage("（四）建设内容")


class Formation(Form):
    """四、组建方式."""

    structure = passage("组织结构")
    division_of_work = passage("主要建设内容和承担单位")
    layers = passage("核心层、外围层")
    scheme = passage("组建方案")


class Operation(Form):
    """五、运营机制与内部考核方式."""

    operating_mechanisms = passage("（一）运行机制")
    internal_assessment = passage("（二）内部考核方式")


class PeriodAndSite(Form):
    """六、建设周期及空间选址."""

    yearly_steps = passage("（一）建设周期")
    site = passage("（二）空间选址")


class Funding(Form):
    """七、资金方案."""

    sources_and_use = passage("资金渠道和使用方案")
    returns = passage("资金收益模式")
    benefit_analysis = passage("效益分析")


class Safeguards(Form):
    """八、保障措施."""

    organisation = passage("组织")
    people = passage("人才")
    money = passage("资金")
    policy = passage("政策")


class Goal(Form):
    """A quantified goal for one year."""

    year = Integer(2000, 2199, label="年度", required=True)
    metric = Text(120, label="指标", required=True)
    target = Text(60, label="目标值", required=True)
    unit = Text(20, label="单位", required=True)


class Milestone(Form):
    """A step of the construction period, from one month to another."""

    starts = YearMonth(label="开始年月", required=True)
    ends = YearMonth(label="结束年月", required=True)
    content = Text(1000, multiline=True, label="建设内容", required=True)
    outcome = Text(1000, multiline=True, label="实现目标", required=True)

    @ma.validates_schema(skip_on_field_errors=False)
    def _ends_after_it_starts(self, data: dict[str, Any], **_: Any) -> None:
        if {"starts", "ends"} <= data.keys() and data["ends"] < data["starts"]:
            raise invalid(ENDS_BEFORE_START, "ends")


class Site(Form):
    """A place where the centre works or will work."""

    address = Text(200, label="地址", required=True)
    area_m2 = Integer(1, 100_000_000, label="面积（平方米）", required=True)
    status = Code(SITE_STATUSES, label="既有/规划", required=True)


class FundPlanRow(Form):
    """Money from one source in one year."""

    year = Integer(2000, 2199, label="年度", required=True)
    source = Text(120, label="来源", required=True)
    amount_wan = Money(label="金额（万元）", required=True)


class Task(Form):
    """What one unit builds."""

    content = Text(500, multiline=True, label="建设内容", required=True)
    uscc = Uscc(label="承担单位", required=True)


class Platform(Form):
    """An existing innovation platform (现有创新载体) that supports the centre."""

    name = Text(120, label="平台名称", required=True)
    level = Code(PLATFORM_LEVELS, label="级别", required=True)
    uscc = Uscc(label="依托单位", required=True)


class Plan(Form):
    """建设方案计划书."""

    p1 = Block(Background, label="一、建设背景和必要性", required=True)
    p2 = Block(Foundation, label="二、现有基础", required=True)
    p3 = Block(Approach, label="三、建设思路", required=True)
    p4 = Block(Formation, label="四、组建方式", required=True)
    p5 = Block(Operation, label="五、运营机制与内部考核方式", required=True)
    p6 = Block(PeriodAndSite, label="六、建设周期及空间选址", required=True)
    p7 = Block(Funding, label="七、资金方案", required=True)
    p8 = Block(Safeguards, label="八、保障措施", required=True)
    goals = Items(Block(Goal), 1, label="量化目标", required=True)
    milestones = Items(Block(Milestone), 1, label="分年度建设步骤", required=True)
    sites = Items(Block(Site), 1, label="空间选址", required=True)
    fund_plan = Items(Block(FundPlanRow), 1, label="资金计划", required=True)
    mechanisms = Codes(MECHANISMS, label="运营机制", required=True)
    tasks = Items(Block(Task), label="任务分工")
    platforms = Items(Block(Platform), label="现有创新载体")
