"""Builds the review service from its environment."""

from __future__ import annotations

from services.review.application import ProvincialReview
from services.review.authority import AUTHORITY
from services.review.domain.clearing import OWN_TIME
from services.review.publishing import PUBLISHING
from services.review.reactions import REACTIONS
from services.review.service import ReviewService
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.vault import Vault
from services.shared.kernel.vault_sealing import master_key_from
from services.shared.kernel.vault_tables import migrate_vault
from services.shared.kernel.wiring import Definition, Wired


def build(wired: Wired) -> ProvincialReview:
    """Review, with the document store, and the vault for those who object."""
    settings = wired.settings
    vault = Database(conninfo_as(settings.database_url, "zc_vault", "vault"), size=2)
    wired.databases.append(vault)
    keys = {"VAULT_MASTER_KEY_FILE": str(settings.vault_key)}
    master_key = master_key_from(keys, create=settings.create_keys)
    return ProvincialReview(wired.database, wired.clock, wired.documents, Vault(vault, master_key, wired.clock))


DEFINITION = Definition(
    name="review",
    service=ReviewService,
    application=ProvincialReview,
    build=build,
    authority=AUTHORITY,
    publishing=PUBLISHING,
    reactions=REACTIONS,
    deadlines={
        "notice": (ProvincialReview.close_notice, ("S4.2",)),
        OWN_TIME: (ProvincialReview.end_own_notice, ("S4.2",)),
    },
    migrations=(migrate_vault,),
)
