"""The users of the broker as resources of RabbitMQ's topology operator: one for each service, and one for `topology`.

`python -m deploy.broker_users >deploy/kubernetes/base/broker-users.yaml` writes them anew; a test holds the file to it.
What a user may do is told by `permissions_of`, in one place for every arrangement.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import yaml

from services.shared.kernel.broker import Names
from services.shared.kernel.topology import Permissions, permissions_of

SERVICES = ("intake", "screening", "review", "registry", "notify", "audit")
VHOST = "zhichuang"
MAKER = "topology"
"""The user of the job that makes exchanges and queues; it holds no message."""

KEEPER = "subscribers"
"""The administrator with whom notify makes and removes the users of subscribed systems; it may touch no message."""

_MAY_MAKE = Permissions(configure=".*", write=".*", read=".*", topics={})


def permissions() -> dict[str, Permissions]:
    """What each user may do."""
    names = Names()
    definitions = {name: import_module(f"services.{name}.wiring").DEFINITION for name in SERVICES}
    return {MAKER: _MAY_MAKE} | {name: permissions_of(each, names) for name, each in definitions.items()}


def manifests() -> list[dict[str, Any]]:
    """User, Permission and TopicPermission resources; passwords stay in the secrets that they name."""
    keeper = {"importCredentialsSecret": {"name": f"{KEEPER}-broker"}, "tags": ["administrator"]}
    found = [_resource("User", KEEPER, keeper)]
    for user, may in permissions().items():
        found.append(_resource("User", user, {"importCredentialsSecret": {"name": f"{user}-broker"}}))
        rights = {"configure": may.configure, "write": may.write, "read": may.read}
        found.append(_resource("Permission", user, _held(user, rights)))
        for exchange, keys in may.topics.items():
            topic = {"exchange": exchange, "write": keys, "read": ".*"}
            found.append(_resource("TopicPermission", f"{user}-{exchange.rpartition('.')[2]}", _held(user, topic)))
    return found


def _held(user: str, rights: dict[str, str]) -> dict[str, Any]:
    return {"vhost": VHOST, "userReference": {"name": user}, "permissions": rights}


def _resource(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "rabbitmq.com/v1beta1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec | {"rabbitmqClusterReference": {"name": "zhichuang-rabbitmq"}},
    }


if __name__ == "__main__":
    sys.stdout.write("# Written by `python -m deploy.broker_users`.\n")
    yaml.safe_dump_all(manifests(), sys.stdout, sort_keys=False, width=120)
