"""The logins of a cluster on one machine: one on PostgreSQL and one on RabbitMQ for each service, each with the least.

What a login may do comes from where Kubernetes has it too: `deploy/kubernetes/base/postgres.yaml` and `broker_users`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import yaml
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy.broker_users import permissions

POSTGRES = Path(__file__).parent / "kubernetes/base/postgres.yaml"


class NoAccounts(Exception):
    """The broker here lets nobody make users; the message says why."""


def roles_of_logins() -> dict[str, list[str]]:
    """The roles that each service's login of the database is a member of."""
    for document in yaml.safe_load_all(POSTGRES.read_text("utf-8")):
        if document["kind"] == "Cluster":
            roles = document["spec"]["managed"]["roles"]
            return {role["name"]: role["inRoles"] for role in roles if not role["name"].startswith("zc_")}
    raise LookupError(POSTGRES)


def make_database_logins(server: str, database: str) -> dict[str, str]:
    """Make a login for each service; returns their connection strings. The services' tables are there already."""
    found = {}
    with psycopg.connect(server, autocommit=True) as connection:
        for service, roles in roles_of_logins().items():
            login, password = f"{database}_{service}", secrets.token_urlsafe(18)
            members = sql.SQL(", ").join(map(sql.Identifier, roles))
            make = sql.SQL("create role {} login noinherit password {} in role {}")
            connection.execute(make.format(sql.Identifier(login), sql.Literal(password), members))
            found[service] = make_conninfo(server, dbname=database, user=login, password=password)
    return found


def drop_database_logins(server: str, database: str) -> None:
    """Remove what `make_database_logins` made."""
    with psycopg.connect(server, autocommit=True) as connection:
        for service in roles_of_logins():
            connection.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(f"{database}_{service}")))


def make_broker_users(uri: str, vhost: str) -> dict[str, str]:
    """Make a vhost and a user for each service, and one for `topology`; returns their URIs. Raises NoAccounts."""
    if shutil.which("rabbitmqctl") is None:
        raise NoAccounts("rabbitmqctl is not here")
    passwords = {user: secrets.token_urlsafe(18) for user in permissions()}
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "definitions.json"
        file.write_text(json.dumps(definitions(vhost, passwords)))
        Path(place).chmod(0o755)  # the broker reads it as its own user
        file.chmod(0o644)
        _rabbitmqctl("import_definitions", str(file))
    place_of = urlsplit(uri)
    return {
        user: f"amqp://{vhost}-{user}:{password}@{place_of.hostname}:{place_of.port or 5672}/{vhost}"
        for user, password in passwords.items()
    }


def drop_broker_users(vhost: str) -> None:
    """Remove what `make_broker_users` made."""
    _rabbitmqctl("delete_vhost", vhost)
    users = ",".join(f'<<"{vhost}-{user}">>' for user in permissions())
    _rabbitmqctl("eval", f'[rabbit_auth_backend_internal:delete_user(U, <<"zhichuang">>) || U <- [{users}]].')


def definitions(vhost: str, passwords: dict[str, str]) -> dict[str, Any]:
    """A vhost with its users and what they may do, as RabbitMQ imports it."""
    found: dict[str, Any] = {"vhosts": [{"name": vhost}], "users": [], "permissions": [], "topic_permissions": []}
    for user, may in permissions().items():
        who = {"user": f"{vhost}-{user}", "vhost": vhost}
        found["users"].append({"name": who["user"], "password_hash": _hashed(passwords[user]), "tags": ""})
        found["permissions"].append(who | {"configure": may.configure, "write": may.write, "read": may.read})
        for exchange, keys in may.topics.items():
            found["topic_permissions"].append(who | {"exchange": exchange, "write": keys, "read": ".*"})
    return found


def _hashed(password: str) -> str:
    """As RabbitMQ keeps a password: four bytes of salt, then SHA-256 over salt and password."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _rabbitmqctl(*words: str) -> None:
    command = ["rabbitmqctl", "-q", *words]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # our own words
    if told.returncode:
        raise NoAccounts(f"rabbitmqctl {words[0]}: {(told.stderr or told.stdout).strip()[-200:]}")
