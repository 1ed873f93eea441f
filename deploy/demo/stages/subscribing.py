"""The systems of the policy's copy list subscribe: tax, science, development and reform (S5.1)."""

from __future__ import annotations

from typing import Any, NamedTuple

from deploy.demo.client import Person
from deploy.demo.world import World
from services.shared.vocabulary import Role


class Department(NamedTuple):
    """A department's system: its demo user, the name of its queue, and what it wants to hear."""

    user: str
    name: str
    types: tuple[str, ...]


DEPARTMENTS = (
    Department("system-tax", "tax", ("centre.", "plaque.")),
    Department("system-science", "science", ("round.", "notice.", "centre.")),
    Department("system-reform", "reform", ("round.", "centre.")),
)


def open_subscriptions(world: World) -> dict[str, str]:
    """The province takes up the three systems, where notify runs; returns the ids of their subscriptions by user."""
    if "notify" not in world.addresses:
        return {}
    officer, opened = world.somebody(Role.PROVINCE_OFFICER), {}
    for user, name, types in DEPARTMENTS:
        system = _system(world, user)
        form = {
            "name": name,
            "uscc": system.claims["organisation"],
            "kind": "queue",
            "types": list(types),
            "since": "first",
        }
        opened[user] = officer.act("notify", "/subscriptions", form)["id"]
        world.did(officer, f"受理{system.claims['name']}订阅", f"队列 subscriber.{name}：{'、'.join(types)}")
    return opened


def look(world: World, opened: dict[str, str]) -> None:
    """Each system sees how many events it was told and how many it has yet to be told. Raises TimeoutError."""
    for user, subscription_id in opened.items():
        system = _system(world, user)
        seen = system.until("notify", f"/subscriptions/{subscription_id}", _caught_up)
        world.did(
            system, "查看订阅", f"已推送 {seen['delivered']} 个事件，滞后 {seen['lag']}，死信 {seen['dead'] or 0}"
        )


def _caught_up(subscription: dict[str, Any]) -> bool:
    return bool(subscription["state"] == "active" and subscription["lag"] == 0)


def _system(world: World, user: str) -> Person:
    return world.person(user, Role.SUBSCRIBER)
