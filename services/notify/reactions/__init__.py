"""What notify does about the events of others: who must be told what. The texts are in `domain/templates.toml`.

Facts are numbers, names of centres and units, and dates, as text. Free text of applicants is not passed on.
"""

from __future__ import annotations

from services.notify.reactions import audit, intake, registry, review, screening
from services.notify.reactions.telling import REACTIONS

__all__ = ["REACTIONS", "audit", "intake", "registry", "review", "screening"]
