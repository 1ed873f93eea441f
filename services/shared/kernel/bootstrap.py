"""Makes a process cooperative before anything else is imported: eventlet's patches, and a psycopg that gives way.

Imported first, and only, by processes that run nameko. The order matters: psycopg chooses how it waits when it is
imported, and its C build would otherwise stop the whole hub for the length of a query.
"""

from __future__ import annotations

import os
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"

import eventlet  # noqa: E402  # after the environment is set

eventlet.monkey_patch()

import psycopg.waiting  # noqa: E402  # after the patch

if psycopg.waiting.wait not in (psycopg.waiting.wait_select, psycopg.waiting.wait_selector):
    raise RuntimeError("psycopg was imported before the bootstrap and would stop every other request while it waits")
