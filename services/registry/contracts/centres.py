"""What becomes of a centre on the list."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.contract import contract


@contract("centre.designated.v1")
class CentreDesignated:
    """A centre is listed as designated (认定) from `effective_on`."""

    case_id: UUID
    number: str
    case_number: str
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    lead_unit_name: str
    member_usccs: tuple[str, ...]
    field_domain: str
    prefecture: str
    document_no: str
    effective_on: date
    policy_edition: str


@contract("centre.listed-for-cultivation.v1")
class CentreListedForCultivation:
    """A centre is listed for cultivation (培育) from `effective_on`."""

    case_id: UUID
    number: str
    case_number: str
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    lead_unit_name: str
    member_usccs: tuple[str, ...]
    field_domain: str
    prefecture: str
    document_no: str
    effective_on: date
    policy_edition: str


@contract("centre.revoked.v1")
class CentreRevoked:
    """A centre lost its qualification (取消资格) from `effective_on`; no new dossier before `banned_until`.

    `credit_record`: by the policy, the cause is for the credit record (信用记录) of the centre and its lead unit.
    """

    case_id: UUID
    number: str
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    field_domain: str
    cause: str
    grounds: tuple[str, ...]
    clauses: tuple[str, ...]
    remedy: str
    document_no: str
    effective_on: date
    banned_until: date | None
    policy_edition: str
    credit_record: bool = False


@contract("centre.recommended-to-ministry.v1")
class CentreRecommendedToMinistry:
    """A centre was recommended for national designation (推荐申报国家级)."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    letter_no: str


@contract("centre.revocation-annulled.v1")
class CentreRevocationAnnulled:
    """A revocation fell from its first day, `effective_on`: whoever acted on it (`corrects`) puts that right.

    `qualification` and `plaque` are what the centre has again; the ban never was, the field is occupied as before.
    """

    case_id: UUID
    number: str
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    field_domain: str
    corrects: str
    qualification: str
    plaque: str
    plaque_no: str
    body: str
    document_no: str
    effective_on: date
    policy_edition: str


@contract("centre.upgraded.v1")
class CentreUpgraded:
    """A centre in cultivation is designated (培育转认定) from `effective_on`, under `policy_edition`."""

    case_id: UUID
    number: str
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    field_domain: str
    document_no: str
    effective_on: date
    policy_edition: str


@contract("centre.expired.v1")
class CentreExpired:
    """The time of cultivation was over (培育期满); the centre is off the list from `effective_on`."""

    case_id: UUID
    number: str
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    field_domain: str
    effective_on: date


@contract("centre.exited.v1")
class CentreExited:
    """A centre left the list as it asked (自愿退出); there is no ban."""

    case_id: UUID
    number: str
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    field_domain: str
    document_no: str
    effective_on: date


@contract("centre.dissolved.v1")
class CentreDissolved:
    """The legal person of a centre is no more (主体注销); there is no ban."""

    case_id: UUID
    number: str
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    field_domain: str
    source: str
    document_no: str
    effective_on: date


@contract("centre.merged.v1")
class CentreMerged:
    """A centre became part of another (并入他中心), `survivor_id`, which occupies its fields from then on."""

    case_id: UUID
    number: str
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    fields: tuple[str, ...]
    survivor_id: UUID
    document_no: str
    effective_on: date


@contract("centre.split.v1")
class CentreSplit:
    """A unit left a centre (分立); `keeper` has the qualification: `centre`, or `successor`.

    `member_usccs` and `fields` went over to the other, which has none. What the keeper is now: `centre.changed`.
    """

    case_id: UUID
    number: str
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    field_domain: str
    unit_uscc: str
    unit_name: str
    keeper: str
    member_usccs: tuple[str, ...]
    fields: tuple[str, ...]
    document_no: str
    effective_on: date


@contract("centre.changed.v1")
class CentreChanged:
    """Registered facts changed (变更) or were corrected: what they are from `effective_on` on. `changed` names them."""

    case_id: UUID
    number: str
    changed: tuple[str, ...]
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    lead_unit_name: str
    member_usccs: tuple[str, ...]
    field_domain: str
    prefecture: str
    document_no: str
    effective_on: date


@contract("centre.national-result.v1")
class CentreNationalResult:
    """What the ministry decided on a recommended centre: `cultivating`, `national`, or `none`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    result: str
    document_no: str


@contract("centre.recommendation-closed.v1")
class CentreRecommendationClosed:
    """The recommendation of a centre to the ministry no longer stands: it left the list, for `reason`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    reason: str
