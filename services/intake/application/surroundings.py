"""What lies around a dossier in the read models: holders of its field, rivals, bans (S1.4, S4.1.0, S4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.intake.domain.dossier import Dossier
from services.intake.domain.neighbours import Holder, Neighbours, Rival
from services.intake.domain.rules import plain
from services.intake.domain.values import Content
from services.shared.kernel.postgres import Database

_HOLDERS = """
select centre_name, centre_uscc, held from listed_centres, unnest(array_prepend(field_domain, also_fields)) held
where holds_field and (field_domain = any(%s) or also_fields && %s) and held = any(%s) order by id limit 50
"""
_RIVALS = """
select lead_uscc, field_domain, core_technologies from dossiers where state in ('submitted', 'correcting')
and id <> %s and (field_domain = any(%s) or lead_uscc = %s or core_technologies && %s) limit 50
"""
_BANS = """
select uscc, max(until) from (
    select unnest(usccs) uscc, banned_until until from bans
     where holds and banned_until > %s and usccs && %s
    union all
    select unnest(banned_usccs), banned_until from listed_centres where banned_until > %s and banned_usccs && %s
) held group by uscc
"""


def around(
    database: Database, dossier: Dossier, content: Content, pairs: Sequence[Sequence[str]], today: date
) -> Neighbours:
    """Who holds the field of a dossier or one that overlaps, who else has handed in and is not over, who is banned.

    `pairs` are the fields that overlap.
    """
    wanted = content.cover.get("field_domain", "")
    fields = sorted({wanted, *(other for pair in pairs if wanted in pair for other in pair)})
    technologies = [plain(one["name"]) for one in content.supplement.get("core_technologies", ()) if "name" in one]
    usccs = sorted({uscc for _, uscc, _ in content.usccs})
    with database.pipelined_transaction() as cursor:  # one way to the server and back for the three
        asked = (
            cursor.execute(_HOLDERS, (fields, fields, fields)),
            cursor.connection.cursor(binary=True).execute(
                _RIVALS, (dossier.id, fields, dossier.lead_uscc, technologies)
            ),
            cursor.connection.cursor(binary=True).execute(_BANS, (today, usccs, today, usccs)),
        )
        holders, rivals, bans = (one.fetchall() for one in asked)
    return Neighbours(
        tuple(Holder(*row) for row in holders),
        tuple(Rival(lead, field, tuple(known)) for lead, field, known in rivals),
        dict(bans),
    )
