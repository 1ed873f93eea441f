"""What audit does about the integration events of others: nothing, for it hears the logs themselves (`hears_logs`)."""

from __future__ import annotations

from services.shared.kernel.reactions import Reactions

REACTIONS = Reactions()
