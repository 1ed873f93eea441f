"""Builds the intake service from its environment."""

from __future__ import annotations

from services.intake.application import Intake
from services.intake.authority import AUTHORITY
from services.intake.publishing import PUBLISHING
from services.intake.reactions import REACTIONS
from services.intake.service import IntakeService
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.scanning import scanner_at
from services.shared.kernel.vault import Vault
from services.shared.kernel.vault_sealing import master_key_from
from services.shared.kernel.vault_tables import migrate_vault
from services.shared.kernel.wiring import Definition, Wired


def build(wired: Wired) -> Intake:
    """Intake, with the vault and the document store that it alone writes to."""
    settings = wired.settings
    vault = Database(conninfo_as(settings.database_url, "zc_vault", "vault"), size=4)
    wired.databases.append(vault)
    keys = {"VAULT_MASTER_KEY_FILE": str(settings.vault_key)}
    master_key = master_key_from(keys, create=settings.create_keys)
    scanner = scanner_at(settings.scanner)
    return Intake(wired.database, wired.clock, wired.documents, Vault(vault, master_key, wired.clock), scanner)


DEFINITION = Definition(
    name="intake",
    service=IntakeService,
    application=Intake,
    build=build,
    authority=AUTHORITY,
    publishing=PUBLISHING,
    reactions=REACTIONS,
    deadlines={
        "round": (Intake.close_round, ("S4.0",)),
        "lapse": (Intake.lapse_dossier, ("S4.1.2",)),
    },
    migrations=(migrate_vault,),
)
