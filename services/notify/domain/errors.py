"""What notify refuses, and in which words."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from services.shared.vocabulary import Finding, Invalid, NotFound, NotInThisState


def not_in(state: str, *allowed: str) -> NotInThisState:
    """The notification is in `state`, and the command needs one of `allowed`."""
    wanted = "、".join(allowed)
    return NotInThisState(
        Finding("not-in-this-state", f"当前状态为 {state}，需为 {wanted}", f"is {state}, must be {wanted}")
    )


def case_not_known(case_id: UUID) -> NotFound:
    """Nothing was heard of this case yet, so nobody can be told of it."""
    return NotFound(
        Finding(
            "case-not-known", f"尚未收到案件 {case_id} 的申报消息", f"no dossier of case {case_id} was heard of yet"
        )
    )


def no_such_audience(text: str) -> NotFound:
    """Nobody is addressed like this, or the caller does not read for them."""
    return NotFound(Finding("no-such-audience", f"没有通知对象 {text}", f"there is no audience {text}"))


def name_taken(name: str) -> NotInThisState:
    """Another subscription has or had this name; queues and positions are kept under it."""
    return NotInThisState(Finding("name-taken", f"名称 {name} 已被使用", f"the name {name} is taken", "/name"))


def types_not_open(closed: Iterable[str], open_types: Iterable[str]) -> Invalid:
    """Events of these types do not leave the department."""
    wrong, right = "、".join(closed), "、".join(open_types)
    return Invalid(
        Finding("type-not-open", f"{wrong} 不对外提供，可订阅 {right}", f"{wrong} not open; open are {right}", "/types")
    )


def url_for_webhooks_only() -> Invalid:
    """A webhook needs an address, a queue has none."""
    return Invalid(
        Finding("url-for-webhooks", "推送订阅须有地址，队列订阅不得有", "a webhook, and only it, has a url", "/url")
    )


def no_dead_letters() -> Invalid:
    """A webhook is paused when it fails; it has no dead letters."""
    return Invalid(
        Finding("no-dead-letters", "推送订阅没有死信，请恢复订阅", "a webhook has no dead letters: resume it")
    )


def not_in_the_journal(since: str) -> Invalid:
    """Nothing is known at the place from which to replay."""
    text = "since is first, now, a time with zone, or <service>:<position>"
    return Invalid(Finding("not-in-the-journal", f"无法从 {since} 重放", text, "/since"))
