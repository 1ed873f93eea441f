"""Builds the screening service from its environment."""

from __future__ import annotations

from services.screening.application import Screenings
from services.screening.authority import AUTHORITY
from services.screening.projections import RECOMPUTATION
from services.screening.publishing import PUBLISHING
from services.screening.reactions import REACTIONS
from services.screening.service import ScreeningService
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.vault import Vault
from services.shared.kernel.vault_sealing import master_key_from
from services.shared.kernel.vault_tables import migrate_vault
from services.shared.kernel.wiring import Definition, Wired


def build(wired: Wired) -> Screenings:
    """Screening, with the document store that keeps its Annex 3, and a vault that it opens but does not erase."""
    settings = wired.settings
    vault = Database(conninfo_as(settings.database_url, "zc_vault_desk", "vault"), size=2)
    wired.databases.append(vault)
    keys = {"VAULT_MASTER_KEY_FILE": str(settings.vault_key)}
    master_key = master_key_from(keys, create=settings.create_keys)
    return Screenings(wired.database, wired.clock, wired.documents, Vault(vault, master_key, wired.clock))


DEFINITION = Definition(
    name="screening",
    service=ScreeningService,
    application=Screenings,
    build=build,
    authority=AUTHORITY,
    publishing=PUBLISHING,
    reactions=REACTIONS,
    deadlines={RECOMPUTATION: (Screenings.recompute_correction_due, ("S4.1.2",))},
    migrations=(migrate_vault,),
)
