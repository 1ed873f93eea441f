"""The leaf of the ledger: the exact bytes of one event of one service's log, as they go into the Merkle tree.

    leaf = length(service) ‖ service ‖ position ‖ originator id ‖ originator version ‖ length(topic) ‖ topic
           ‖ length(state) ‖ state

Lengths are four bytes and count bytes, position and version are eight, all big-endian, the version in two's
complement; the id is its sixteen bytes; service and topic are UTF-8; the state is exactly what the service stored.
With the lengths written out, no two different events have the same leaf.
"""

from __future__ import annotations

import struct
from uuid import UUID

_LENGTH = struct.Struct(">I")
_NUMBER = struct.Struct(">q")


def leaf_of(
    service: str, position: int, originator_id: UUID, originator_version: int, topic: str, state: bytes
) -> bytes:
    """The leaf of the event at `position` of the log of `service`."""
    return b"".join(
        (
            _counted(service.encode()),
            _NUMBER.pack(position),
            originator_id.bytes,
            _NUMBER.pack(originator_version),
            _counted(topic.encode()),
            _counted(state),
        )
    )


def _counted(content: bytes) -> bytes:
    return _LENGTH.pack(len(content)) + content
