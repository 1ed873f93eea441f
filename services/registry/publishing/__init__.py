"""What the registry tells the others: own domain event → own integration event."""

from __future__ import annotations

from services.registry.publishing import bans, centres, records, units
from services.registry.publishing.base import PUBLISHING

__all__ = ["PUBLISHING", "bans", "centres", "records", "units"]
