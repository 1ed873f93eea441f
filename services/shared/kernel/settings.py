"""What a process is told by its environment, read once, with one sentence for what is missing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingMissing(Exception):
    """The environment lacks something that the process cannot do without, or what it says makes no sense."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process.

    `listen` and `operations` are `host:port`; an empty `listen` leaves the service to a front door in the same process.
    `database_pool` connections to the database are held at most. `tick` is the rhythm of the timer in seconds. `relay`
    says whether this process also runs the service's relay, `create_keys` whether a missing key file may be made,
    `topology_given` whether exchanges and queues are made by the `topology` command and not by this process.
    `webhook_allowed` lists private networks (10.1.0.0/16) that webhooks may reach all the same; the secrets that sign
    them are derived from `webhook_key`. Mail goes through the server
    `smtp` as `mail_from` to the addresses in the file `directory`; without these there is none.
    `sms` is `record` or empty; `scanner` where a ClamAV daemon listens (`host:port`), or empty.
    Users of subscribed systems are made through `broker_management`, RabbitMQ's management
    API with an administrator's login; without it a file of definitions is there for the administrator.
    """

    database_url: str
    amqp_uri: str
    documents: Path
    vault_key: Path
    audit_key: Path
    jwks: str
    issuer: str
    audience: str
    clock_file: str = ""
    broker_prefix: str = ""
    broker_management: str = ""
    listen: str = ""
    operations: str = ""
    database_pool: int = 8
    tick: float = 1.0
    relay: bool = False
    create_keys: bool = False
    topology_given: bool = False
    webhook_key: Path = Path(".run/keys/webhook")
    webhook_allowed: tuple[str, ...] = ()
    smtp: str = ""
    mail_from: str = "noreply@zhichuang.invalid"
    directory: str = ""
    sms: str = ""
    scanner: str = ""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings. Raises SettingMissing."""
        needed = ("DATABASE_URL", "AMQP_URI", "OIDC_JWKS")
        if missing := [name for name in needed if not environ.get(name)]:
            raise SettingMissing(f"set {', '.join(missing)} (see deploy/README.md)")
        run = Path(environ.get("ZHICHUANG_HOME", ".run"))
        return cls(
            database_url=environ["DATABASE_URL"],
            amqp_uri=environ["AMQP_URI"],
            documents=Path(environ.get("DOCUMENTS", run / "documents")),
            vault_key=Path(environ.get("VAULT_KEY", run / "keys" / "vault")),
            audit_key=Path(environ.get("AUDIT_KEY", run / "keys" / "audit")),
            jwks=environ["OIDC_JWKS"],
            issuer=environ.get("OIDC_ISSUER", "zhichuang-demo"),
            audience=environ.get("OIDC_AUDIENCE", "zhichuang"),
            clock_file=environ.get("ZHICHUANG_CLOCK_FILE", ""),
            broker_prefix=environ.get("BROKER_PREFIX", ""),
            broker_management=environ.get("BROKER_MANAGEMENT", ""),
            listen=_address(environ, "LISTEN", "127.0.0.1:8000"),
            operations=_address(environ, "OPERATIONS", ""),
            database_pool=int(_number(environ, "DATABASE_POOL", "8")),
            tick=_number(environ, "TICK", "1"),
            relay=environ.get("RELAY", "") == "yes",
            create_keys=environ.get("CREATE_KEYS", "") == "yes",
            topology_given=environ.get("TOPOLOGY", "") == "given",
            webhook_key=Path(environ.get("WEBHOOK_KEY", run / "keys" / "webhook")),
            webhook_allowed=tuple(environ.get("WEBHOOK_ALLOWED", "").replace(",", " ").split()),
            smtp=environ.get("SMTP", ""),
            mail_from=environ.get("MAIL_FROM", "noreply@zhichuang.invalid"),
            directory=environ.get("DIRECTORY", ""),
            sms=environ.get("SMS", ""),
            scanner=_address(environ, "SCANNER", ""),
        )


def _address(environ: Mapping[str, str], name: str, default: str) -> str:
    address = environ.get(name, default)
    if address and not address.rpartition(":")[2].isdigit():
        raise SettingMissing(f"{name} is not host:port")
    return address


def _number(environ: Mapping[str, str], name: str, default: str) -> float:
    try:
        return float(environ.get(name, default))
    except ValueError:
        raise SettingMissing(f"{name} is not a number") from None
