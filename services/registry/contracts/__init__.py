"""The integration events that the registry publishes. A centre keeps the id of the case that it came from."""

from __future__ import annotations

from datetime import date, datetime
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


@contract("plaque.issued.v1")
class PlaqueIssued:
    """A designated centre was given its plaque (授牌)."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    plaque_no: str


@contract("plaque.recall-ordered.v1")
class PlaqueRecallOrdered:
    """A centre that lost its qualification must hand its plaque back."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    plaque_no: str


@contract("summary.accepted.v1")
class SummaryAccepted:
    """The yearly work summary (工作总结) of a centre was accepted."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    year: int


@contract("assessment.finalised.v1")
class AssessmentFinalised:
    """The result of a periodic assessment (考核评估) is final; `score` is a decimal as text."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    year: int
    score: str
    grade: str
    policy_edition: str


@contract("rectification.ordered.v1")
class RectificationOrdered:
    """A centre that failed its assessment must rectify (限期整改) by `due_on`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    items: tuple[str, ...]
    due_on: date


@contract("centre.revoked.v1")
class CentreRevoked:
    """A centre lost its qualification (取消资格) from `effective_on`; no new dossier before `banned_until`."""

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


@contract("ban.started.v1")
class BanStarted:
    """No new dossier of this centre or its lead unit is taken before the end of `banned_until`."""

    case_id: UUID
    number: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    cause: str
    banned_from: date
    banned_until: date


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


@contract("upgrade.requested.v1")
class UpgradeRequested:
    """A centre in cultivation asks to be designated; `policy_edition` judges it to its end."""

    case_id: UUID
    number: str
    upgrade_id: UUID
    centre_name: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    requested_on: date
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


@contract("plaque.replaced.v1")
class PlaqueReplaced:
    """A new plaque was given for the old one (换发)."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    plaque_no: str
    replaces: str
    reason: str


@contract("shortfall.opened.v1")
class ShortfallOpened:
    """A basic condition is no longer met; it must be met again by `due_on`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    condition: str
    clause: str
    due_on: date


@contract("shortfall.cured.v1")
class ShortfallCured:
    """The basic condition is met again."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    condition: str


@contract("funding-reference.published.v1")
class FundingReferencePublished:
    """The grade of one assessment may be relied on when money is given; also said again after a restoration."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    year: int
    score: str
    grade: str
    policy_edition: str


@contract("funding-reference.withdrawn.v1")
class FundingReferenceWithdrawn:
    """A funding reference may no longer be relied on."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    year: int
    reason: str


@contract("status-extract.issued.v1")
class StatusExtractIssued:
    """What the list said of the day `as_of`, as known at `known_at`. A later message with this `key` replaces it."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    key: str
    department: str
    as_of: date
    known_at: datetime
    status: str
    corrections: int


@contract("status-extract.corrected.v1")
class StatusExtractCorrected:
    """What holds of the day `as_of` as known at `known_at`; replaces what was said before under this `key`."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    key: str
    department: str
    as_of: date
    known_at: datetime
    status: str
    corrections: int
    document_no: str
