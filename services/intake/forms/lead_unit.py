"""Annex 1, table 2 (牵头单位信息表). The form prints no unit for 注册资金; it is 万元 here."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from services.intake.forms.codes import CURRENCIES, OWNERSHIPS, QUALIFICATIONS
from services.intake.forms.figures import three_years
from services.intake.forms.persons import LeadContact, UnitHead
from services.shared.kernel.fields import Block, Code, Codes, Form, Integer, Money, Postcode, Text, wanted


class LeadUnit(Form):
    """牵头单位信息表."""

    name = Text(120, label="单位名称", required=True)
    industry_text = Text(120, label="行业领域", required=True)
    address = Text(200, label="地址", required=True)
    postcode = Postcode(label="邮编", required=True)
    supervising_body = Text(120, min=0, label="主管单位")
    head = Block(UnitHead, label="企业负责人", required=True)
    contact = Block(LeadContact, label="联系人", required=True)
    registered_capital_wan = Money(label="注册资金（万元）", required=True)
    currency = Code(CURRENCIES, label="币种", required=True)
    ownership = Code(OWNERSHIPS, label="单位性质", required=True)
    ownership_other = Text(60, min=0, label="单位性质 其他")
    staff_total = Integer(1, label="员工总人数", required=True)
    staff_mid_title_up = Integer(label="中级以上职称人数", required=True)
    rd_staff = Integer(label="研发人员人数", required=True)
    staff_senior_title_up = Integer(label="高级以上职称人数", required=True)
    sales = three_years("近三年销售收入(单位：万元)")
    qualifications = Codes(QUALIFICATIONS, label="现有资质情况")
    qualification_other = Text(120, min=0, label="现有资质情况 其它")
    products_services = Text(2000, multiline=True, label="主要产品或服务", required=True)
    comparative_advantages = Text(4000, multiline=True, label="比较优势", required=True)

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def _other_ownership_is_named(self, data: dict[str, Any], sent: dict[str, Any], *, partial: Any, **_: Any) -> None:
        if data.get("ownership") == "other":
            wanted("ownership_other", data, sent, draft=bool(partial))

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def _other_qualification_is_named(
        self, data: dict[str, Any], sent: dict[str, Any], *, partial: Any, **_: Any
    ) -> None:
        if "other" in data.get("qualifications", []):
            wanted("qualification_other", data, sent, draft=bool(partial))
