"""`make bench`: measures, prints a table of ratios, and appends JSON lines to .run/bench.jsonl."""

from __future__ import annotations

from pathlib import Path

KEPT = Path(".run/bench.jsonl")
POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"
PARTS = ("append", "read", "grow")
