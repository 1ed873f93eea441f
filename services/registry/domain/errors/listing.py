"""What is refused of listings, plaques and upgrades (S4.2)."""

from __future__ import annotations

from services.shared.vocabulary import Finding, Invalid, NotInThisState


def other_track(cleared: str) -> Invalid:
    """A case is listed on the track of its public notice only (S4.2)."""
    return Invalid(
        Finding("other-track", f"该事项公示的类别为 {cleared}", f"the case was cleared for {cleared}", clause="S4.2")
    )


def not_incorporated() -> Invalid:
    """A centre is an independent legal person when it is listed (S3.2.1)."""
    return Invalid(
        Finding(
            "centre-not-incorporated",
            "列入名单时创新中心应已登记为独立法人",
            "the centre must be a legal person when it is listed",
            "/centre_uscc",
            "S3.2.1",
        )
    )


def listing_is_held(causes: tuple[str, ...]) -> NotInThisState:
    """Nothing is listed of a case that review has suspended, or opened again for an objection (S4.2)."""
    why = {"suspended": "中止办理", "objection": "期内收到的异议尚未结案", "ended": "申报已撤回或终止"}
    zh = f"本案暂缓列入：{'、'.join(why.get(cause, cause) for cause in causes)}"
    return NotInThisState(Finding("listing-is-held", zh, f"the case is held: {', '.join(causes)}", clause="S4.2"))


def no_plaque_without_designation() -> NotInThisState:
    """Only designated centres get a plaque (S4.2)."""
    return NotInThisState(
        Finding(
            "plaque-needs-designation",
            "仅对认定的创新中心授牌",
            "only a designated centre gets a plaque",
            clause="S4.2",
        )
    )


def plaque_number_taken(plaque_no: str) -> Invalid:
    """Every plaque has a number of its own."""
    return Invalid(Finding("plaque-number-taken", f"牌匾号 {plaque_no} 已使用", f"{plaque_no} is taken", "/plaque_no"))


def listed_already(number: str) -> Invalid:
    """A legal person stands on the list once."""
    return Invalid(
        Finding(
            "listed-already",
            f"该法人已以 {number} 列入名单",
            f"this legal person is on the list as {number}",
            clause="S4.2",
        )
    )


def upgrade_under_way() -> NotInThisState:
    """One request at a time; while it is examined, cultivation goes on."""
    return NotInThisState(Finding("upgrade-under-way", "培育转认定正在办理", "an upgrade is under way", clause="S4.2"))


def not_cleared() -> NotInThisState:
    """No listing without a closed, clear public notice (S4.2)."""
    return NotInThisState(
        Finding("notice-not-cleared", "公示尚未结束或有异议", "its public notice is not closed clear", clause="S4.2")
    )


def merged_into_itself() -> Invalid:
    """A merger has two centres."""
    return Invalid(
        Finding("merged-into-itself", "不得与自身合并", "a centre cannot merge into itself", "/other_case_id", "S1.4")
    )


def split_into_itself() -> Invalid:
    """A split has two legal persons."""
    zh, en = "不得分立为自身", "a centre is not split into itself"
    return Invalid(Finding("split-into-itself", zh, en, "/facts/split_off_uscc", "S1.4"))


def split_into_unknown(uscc: str) -> Invalid:
    """The unit that is split off was registered before: a member, an owner, or a legal person that is known here."""
    zh = f"{uscc} 不是已登记的成员单位、出资单位或中心法人"
    en = f"{uscc} is no registered member or owner, and no centre that is known here"
    return Invalid(Finding("unknown-unit", zh, en, "/facts/split_off_uscc", "S1.4"))


def goes_not_over(name: str, value: str) -> Invalid:
    """Only what the centre has beside its lead unit and its own field goes over in a split."""
    zh, en = f"{value} 不能随分立转出", f"{value} cannot go over in a split"
    return Invalid(Finding("goes-not-over", zh, en, f"/facts/{name}", "S1.4"))
