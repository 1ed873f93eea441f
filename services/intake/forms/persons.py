"""The person blocks of the forms. A field marked `personal` goes to the vault (domain report §7.3); titles stay."""

from __future__ import annotations

import re

from services.intake.forms.codes import COUNTRIES
from services.shared.kernel.fields import Code, Email, Failure, Form, Mobile, Phone, Shaped, Text


class QqNumber(Shaped):
    """A QQ number: 5 to 12 digits; may be left empty."""

    shape = re.compile("([1-9][0-9]{4,11})?")
    failure = Failure("not-a-qq-number", "QQ号码应为 5 至 12 位数字", "a QQ number has 5 to 12 digits")
    fewest = 0


class ResponsiblePerson(Form):
    """封面 负责人."""

    name = Text(60, label="负责人", personal=True, required=True)
    mobile = Mobile(label="手机", personal=True, required=True)
    email = Email(label="Email", personal=True, required=True)


class CentrePerson(Form):
    """表1 中心牵头单位负责人, 中心研发团队负责人, 中心日常工作联系人."""

    name = Text(60, label="姓名", personal=True, required=True)
    mobile = Mobile(label="移动电话", personal=True, required=True)
    org_title = Text(120, label="单位及职务", required=True)
    email = Email(label="电子邮箱", personal=True, required=True)


class UnitHead(Form):
    """表2 企业负责人."""

    name = Text(60, label="企业负责人", personal=True, required=True)
    title = Text(60, label="职务", required=True)
    phone = Phone(label="电话", personal=True, required=True)


class LeadContact(Form):
    """表2 联系人, with the e-mail and QQ number printed below it."""

    name = Text(60, label="联系人", personal=True, required=True)
    title = Text(60, label="职务", required=True)
    phone = Phone(label="电话", personal=True, required=True)
    email = Email(label="Email", personal=True, required=True)
    qq = QqNumber(label="QQ号码", personal=True)


class LegalRepresentative(Form):
    """表3 法人代表."""

    name = Text(60, label="法人代表", personal=True, required=True)
    nationality = Code(COUNTRIES, label="国籍", personal=True, required=True)
    phone = Phone(label="电话", personal=True, required=True)


class MemberContact(Form):
    """表3 联系人."""

    name = Text(60, label="联系人", personal=True, required=True)
    title = Text(60, label="职务", required=True)
    mobile = Mobile(label="手机", personal=True, required=True)
    email = Email(label="Email", personal=True, required=True)
