"""Annex 1, table 1 (创新中心创建基本信息表).

`uscc`, `kind` and `layer` of a member row are ours: the printed form identifies a unit by its name only.
"""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from services.intake.forms.codes import FIELDS, LAYERS, RESULT_TYPES, STANDARD_TYPES, UNIT_KINDS, UNIT_ROLES
from services.intake.forms.persons import CentrePerson
from services.shared.kernel.fields import (
    MAX_ITEMS,
    Block,
    Code,
    Codes,
    Form,
    Integer,
    Items,
    Money,
    Phone,
    Postcode,
    Text,
    Uscc,
    wanted,
)


class MemberRow(Form):
    """One row of 成员单位名称; row 1 is the lead unit."""

    seq = Integer(1, MAX_ITEMS, label="序号", required=True)
    role = Code(UNIT_ROLES, label="牵头单位/参与单位", required=True)
    name = Text(120, label="成员单位名称", required=True)
    uscc = Uscc(label="统一社会信用代码", required=True)
    kind = Code(UNIT_KINDS, label="单位类型", required=True)
    layer = Code(LAYERS, label="核心层/外围层")


class Centre(Form):
    """创新中心创建基本信息表."""

    centre_name = Text(120, label="创新中心名称", required=True)
    field_domain = Code(FIELDS, label="所属领域", required=True)
    member_count_enterprise = Integer(0, MAX_ITEMS, label="成员单位数 企业", required=True)
    member_count_university = Integer(0, MAX_ITEMS, label="成员单位数 高校", required=True)
    member_count_institute = Integer(0, MAX_ITEMS, label="成员单位数 科研院所", required=True)
    member_count_other = Integer(0, MAX_ITEMS, label="成员单位数 其他")
    initial_investment_wan = Money(label="前期组建总投入（万元）", required=True)
    members = Items(Block(MemberRow), 1, label="成员单位名称", required=True)
    centre_address = Text(200, label="中心通讯地址", required=True)
    centre_postcode = Postcode(label="邮编", required=True)
    centre_fax = Phone(label="传真")
    lead_leader = Block(CentrePerson, label="中心牵头单位负责人", required=True)
    rd_leader = Block(CentrePerson, label="中心研发团队负责人", required=True)
    contact = Block(CentrePerson, label="中心日常工作联系人", required=True)
    expected_result_types = Codes(RESULT_TYPES, 1, label="预期成果类型", required=True)
    expected_result_other = Text(200, min=0, label="预期成果类型 其他")
    expected_foreign_patents = Integer(0, 100_000, label="获得国外发明专利（项）", required=True)
    expected_domestic_patents = Integer(0, 100_000, label="国内发明专利（项）", required=True)
    expected_other_ip = Integer(0, 100_000, label="其他知识产权（项）", required=True)
    expected_standard_types = Codes(STANDARD_TYPES, label="预期技术标准制定")
    staff_total = Integer(1, 1_000_000, label="中心人数", required=True)
    staff_title_senior = Integer(label="高级（人）", required=True)
    staff_title_intermediate = Integer(label="中级（人）", required=True)
    staff_title_junior = Integer(label="初级（人）", required=True)
    staff_title_other = Integer(label="职称 其他（人）", required=True)
    staff_degree_doctor = Integer(label="博士（人）", required=True)
    staff_degree_master = Integer(label="硕士（人）", required=True)
    staff_degree_bachelor = Integer(label="学士（人）", required=True)
    staff_degree_other = Integer(label="学位 其他（人）", required=True)
    main_rd_content = Text(200, multiline=True, label="主要研发内容(200字以内)", required=True)

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def _other_result_is_named(self, data: dict[str, Any], sent: dict[str, Any], *, partial: Any, **_: Any) -> None:
        if "other" in data.get("expected_result_types", []):
            wanted("expected_result_other", data, sent, draft=bool(partial))

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def _kind_of_standard_is_ticked(
        self, data: dict[str, Any], sent: dict[str, Any], *, partial: Any, **_: Any
    ) -> None:
        if "technical_standard" in data.get("expected_result_types", []):
            wanted("expected_standard_types", data, sent, draft=bool(partial))
