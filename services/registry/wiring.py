"""Builds the registry service from its environment."""

from __future__ import annotations

from services.registry.application import Registry
from services.registry.authority import AUTHORITY
from services.registry.publishing import PUBLISHING
from services.registry.reactions import REACTIONS
from services.registry.service import RegistryService
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.vault import Vault
from services.shared.kernel.vault_sealing import master_key_from
from services.shared.kernel.vault_tables import migrate_vault
from services.shared.kernel.wiring import Definition, Wired


def build(wired: Wired) -> Registry:
    """The registry, with the document store in which it freezes what centres write, and the vault for their people."""
    settings = wired.settings
    vault = Database(conninfo_as(settings.database_url, "zc_vault", "vault"), size=2)
    wired.databases.append(vault)
    keys = {"VAULT_MASTER_KEY_FILE": str(settings.vault_key)}
    master_key = master_key_from(keys, create=settings.create_keys)
    return Registry(wired.database, wired.clock, wired.documents, Vault(vault, master_key, wired.clock))


DEFINITION = Definition(
    name="registry",
    service=RegistryService,
    application=Registry,
    build=build,
    authority=AUTHORITY,
    publishing=PUBLISHING,
    reactions=REACTIONS,
    deadlines={
        "annual-summary": (Registry.mark_summary_overdue, ("S4.3",)),
        "rectification": (Registry.lapse_rectification, ("S4.3",)),
        "annual-summary-grace": (Registry.mark_summary_missed, ("S4.3",)),
        "cultivation": (Registry.expire_cultivation, ("S4.2",)),
        "shortfall": (Registry.lapse_shortfall, ("S3.2.2", "S4.3")),
        "contribution": (Registry.note_contribution_short, ("S5.3",)),
        "ban": (Registry.end_ban, ("S4.3",)),
        "statement": (Registry.close_statement_period, ("S4.3",)),
    },
    migrations=(migrate_vault,),
)
"""The other deadlines have no act of the clock, they show what is due: "assessment", "remedy", "mediation", "appeal",
and "annual-summary-forward", which the prefecture owes."""
