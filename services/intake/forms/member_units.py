"""Annex 1, table 3 (成员单位基本信息表): one for each unit, the lead unit included."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from services.intake.forms.codes import COMPANY_FORMS, ECONOMIC_TYPES, RD_RECOGNITIONS
from services.intake.forms.figures import three_years
from services.intake.forms.persons import LegalRepresentative, MemberContact
from services.shared.kernel.fields import (
    Block,
    Code,
    Codes,
    Day,
    Form,
    Integer,
    Money,
    Percent,
    Postcode,
    Text,
    Uscc,
    wanted,
)


class MemberUnit(Form):
    """成员单位基本信息表. A public institution has no registered capital (null) and is of 经济类型 其它."""

    name = Text(120, label="单位名称", required=True)
    uscc = Uscc(label="统一社会信用代码", required=True)
    address = Text(200, label="地址", required=True)
    postcode = Postcode(label="邮编", required=True)
    legal_rep = Block(LegalRepresentative, label="法人代表", required=True)
    contact = Block(MemberContact, label="联系人", required=True)
    established_on = Day(label="注册成立时间", required=True)
    registered_address = Text(200, label="注册地址", required=True)
    registered_capital_wan = Money(label="注册资金（万元）", required=True, allow_none=True)
    foreign_share_pct = Percent(label="外资比例（%）", required=True)
    total_assets_wan = Money(label="资产总额（万元）", required=True)
    fixed_assets_wan = Money(label="固定资产（万元）", required=True)
    economic_type = Code(ECONOMIC_TYPES, label="经济类型", required=True)
    company_form = Code(COMPANY_FORMS, label="经济类型 组织形式")
    economic_type_other = Text(120, min=0, label="经济类型 其它（请说明）")
    staff_total = Integer(1, label="职工总数", required=True)
    staff_mid_title_up = Integer(label="中级以上职称人员数", required=True)
    rd_staff = Integer(label="研发人员数", required=True)
    staff_senior_title_up = Integer(label="高级以上职称人员数", required=True)
    sales = three_years("近三年销售收入(万元)")
    rd_spend = three_years("近三年R&D投入(万元)")
    rd_institution_recognitions = Codes(RD_RECOGNITIONS, label="研发机构认定情况")
    recognition_other = Text(120, min=0, label="研发机构认定情况 其它")
    main_business = Text(2000, multiline=True, label="主营业务（主要行业或领域）", required=True)
    main_products = Text(2000, multiline=True, label="主导产品或服务", required=True)

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def _economic_type_has_its_second_level(
        self, data: dict[str, Any], sent: dict[str, Any], *, partial: Any, **_: Any
    ) -> None:
        economic_type = data.get("economic_type")
        if economic_type:
            wanted(
                "economic_type_other" if economic_type == "other" else "company_form", data, sent, draft=bool(partial)
            )

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def _other_recognition_is_named(
        self, data: dict[str, Any], sent: dict[str, Any], *, partial: Any, **_: Any
    ) -> None:
        if "other" in data.get("rd_institution_recognitions", []):
            wanted("recognition_other", data, sent, draft=bool(partial))
