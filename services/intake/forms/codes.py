"""The tick boxes and code lists of the official forms: code → Chinese wording as printed (domain report §3).

What the policy itself lists comes from its edition of 2019-05-06, for which these forms were printed.
"""

from __future__ import annotations

from services.shared.policy import edition
from services.shared.policy.bodies import known_bodies

_EDITION = edition("2019-05-06")

FIELDS: dict[str, str] = dict(_EDITION["fields.taxonomy"])
"""所属领域 (clause S1.4)."""

TECHNOLOGY_LEVELS: dict[str, str] = dict(_EDITION["core_tech.levels"])
"""预期水平 of a core technology (clause S3.2.4)."""

MECHANISMS: dict[str, str] = dict(_EDITION["mechanisms.required"])
"""The six mechanisms of clause S3.2.6."""

ORIGINS: dict[str, str] = dict(_EDITION["dossier.origins"])

BODIES = known_bodies()
"""推荐单位: who may recommend; the edition of the round decides which of them does."""

UNIT_KINDS = {"enterprise": "企业", "university": "高校", "institute": "科研院所", "other": "其他"}
"""Kinds of member unit; 其他 is ours: the form counts three kinds only, S2.1 and S5.3 know more."""

UNIT_ROLES = {"lead": "牵头单位", "participant": "参与单位"}

LAYERS = {"core": "核心层", "outer": "外围层"}

RESULT_TYPES = {
    "patent": "专利",
    "technical_standard": "技术标准",
    "new_product": "新产品",
    "new_process": "新工艺",
    "new_device": "新装置",
    "new_system": "新系统",
    "other": "其他",
}

STANDARD_TYPES = {
    "international": "国际标准",
    "national": "国家标准",
    "industry": "行业标准",
    "alliance": "联盟标准",
    "enterprise": "企业标准",
}

OWNERSHIPS = {
    "state_owned": "国有企业",
    "state_holding": "国有控股企业",
    "foreign": "外资企业",
    "joint_venture": "合资企业",
    "private": "民营企业",
    "other": "其他",
}

QUALIFICATIONS = {
    "enterprise_tech_centre": "省级以上企业技术中心",
    "engineering_research_centre": "省级以上工程研究中心",
    "engineering_tech_research_centre": "省级以上工程技术研究中心",
    "key_lab": "省级以上重点实验室",
    "innovation_demo_enterprise": "创新示范企业",
    "high_tech_enterprise": "高新技术企业",
    "other": "其它",
}

RD_RECOGNITIONS = {code: name for code, name in QUALIFICATIONS.items() if code != "innovation_demo_enterprise"}
"""研发机构认定情况: the same boxes, but table 3 prints no 创新示范企业."""

ECONOMIC_TYPES = {
    "wholly_state": "国有独资企业",
    "state_holding": "国有控股企业",
    "non_state_holding": "非国有控股企业",
    "private": "民营企业",
    "other": "其它",
}

COMPANY_FORMS = {"llc": "有限责任公司", "joint_stock": "股份有限公司", "other": "其他企业"}

TRACKS_REQUESTED = {"designation": "认定", "cultivation": "培育", "either": "认定或培育"}

CONTRIBUTION_FORMS = {"cash": "现金", "equipment": "设备", "ip": "知识产权", "other": "其他"}

SITE_STATUSES = {"existing": "既有", "planned": "规划"}

PLATFORM_LEVELS = {"national": "国家级", "provincial": "省级", "prefectural": "州市级", "other": "其他"}

CURRENCIES = {"CNY": "人民币", "USD": "美元", "EUR": "欧元", "HKD": "港元", "JPY": "日元"}

COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "  # noqa: SIM905
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)
"""国籍: ISO 3166-1 alpha-2 (GB/T 2659.1)."""
