"""Annex 1, cover (申报书封面). 年 月 is when the form was filled in; 云南省工业和信息化厅制 is printed, not asked."""

from __future__ import annotations

from services.intake.forms.codes import FIELDS
from services.intake.forms.persons import ResponsiblePerson
from services.shared.kernel.fields import Block, Code, Form, Text, YearMonth


class Cover(Form):
    """申报书封面."""

    centre_name = Text(120, label="创新中心名称", required=True)
    field_domain = Code(FIELDS, label="所属领域", required=True)
    field_text = Text(120, min=0, label="所属领域（说明）")
    lead_unit_name = Text(120, label="牵头单位", required=True)
    responsible = Block(ResponsiblePerson, label="负责人", required=True)
    filled_ym = YearMonth(label="年 月", required=True)
