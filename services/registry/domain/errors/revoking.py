"""What is refused of revocations (S4.3)."""

from __future__ import annotations

from datetime import date

from services.shared.vocabulary import Finding, Invalid, NotInThisState


def unknown_cause(cause: str) -> Invalid:
    """The edition lists the causes of revocation."""
    return Invalid(
        Finding("unknown-cause", f"取消资格的原因不含 {cause}", f"{cause} is no cause of revocation", "/cause", "S4.3")
    )


def grounds_missing() -> Invalid:
    """Nobody loses a qualification without being told why, and by which clauses (S4.3)."""
    zh, en = "拟取消资格须写明事由和依据条款", "a revocation names its grounds and their clauses"
    return Invalid(Finding("grounds-missing", zh, en, "/grounds", "S4.3"))


def revocation_under_way() -> NotInThisState:
    """One procedure at a time."""
    return NotInThisState(
        Finding("revocation-under-way", "取消资格程序正在进行", "a revocation procedure is under way", clause="S4.3")
    )


def other_cause(cause: str) -> NotInThisState:
    """What is proposed is another cause, or nothing."""
    return NotInThisState(
        Finding(
            "other-cause", f"拟取消的原因为 {cause or '（无）'}", f"proposed is: {cause or 'nothing'}", "/cause", "S4.3"
        )
    )


def statement_period_running(until: str) -> NotInThisState:
    """Nobody loses a qualification unheard (S4.3)."""
    return NotInThisState(
        Finding(
            "statement-period-running",
            f"陈述申辩期至 {until}，尚未听取陈述申辩；如确需提前决定，须由处长书面说明理由",
            f"the statement period runs until {until} and nobody was heard; the division head may say why not to wait",
            clause="S4.3",
        )
    )


def hearing_missing(cause: str) -> NotInThisState:
    """Some causes need a hearing before the decision (S4.3)."""
    return NotInThisState(
        Finding("hearing-missing", f"原因 {cause} 应先举行听证", f"{cause} needs a hearing first", clause="S4.3")
    )


def not_from_the_beginning(day: date | None) -> Invalid:
    """An annulled decision is as if it had never been made."""
    return Invalid(
        Finding(
            "not-from-the-beginning",
            f"被撤销的决定自始无效，应自 {day} 起恢复",
            f"an annulled decision falls from its beginning, {day}",
            "/effective_on",
            "S4.3",
        )
    )


def clouded(supervision: str) -> NotInThisState:
    """Nobody leaves the list, or is taken in by another, while it faces revocation or an investigation."""
    return NotInThisState(
        Finding(
            "clouded",
            f"监督状态为 {supervision}，程序终结前不得退出、合并或转认定",
            f"supervision is {supervision}; no exit, merger or upgrade before that is over",
            clause="S4.3",
        )
    )


def notice_not_served() -> NotInThisState:
    """A period that begins with a service (送达) does not begin without one (S4.3)."""
    return NotInThisState(
        Finding(
            "notice-not-served",
            "拟取消告知书尚无送达记录，陈述申辩期未开始计算",
            "there is no record that the notice was served; the statement period has not begun",
            clause="S4.3",
        )
    )


def served_before_made(made_on: date) -> Invalid:
    """Nothing is served before it was made."""
    zh, en = f"送达日期不得早于文书作出之日 {made_on}", f"not before it was made on {made_on}"
    return Invalid(Finding("served-before-made", zh, en, "/served_on", "S4.3"))


def served_already() -> NotInThisState:
    """A paper is served once."""
    return NotInThisState(Finding("served-already", "已有送达记录", "its service is on record", clause="S4.3"))


def outside_the_appeal(appealed_on: date, until: date) -> Invalid:
    """An appeal is brought after the judgment and within its time."""
    zh, en = f"{appealed_on} 不在上诉期内（至 {until}）", f"{appealed_on} is outside the time of appeal, until {until}"
    return Invalid(Finding("outside-the-appeal", zh, en, "/appealed_on", "S4.0"))


def appeal_running(until: str) -> NotInThisState:
    """A judgment that may still be appealed has no effect."""
    zh, en = f"上诉期至 {until}，判决尚未生效", f"it may be appealed until {until}"
    return NotInThisState(Finding("appeal-running", zh, en, clause="S4.0"))


def execution_suspended() -> NotInThisState:
    """What another body examines, and rests until then, is not carried out (S4.0)."""
    zh, en = "该决定在救济期间停止执行", "the decision rests until the other body has decided"
    return NotInThisState(Finding("execution-suspended", zh, en, clause="S4.0"))


def judgment_not_served() -> NotInThisState:
    """The time of appeal runs from the service (送达) of the judgment, and there is no record of one."""
    zh, en = "一审判决尚无送达记录，上诉期未开始计算", "there is no record that the judgment was served"
    return NotInThisState(Finding("judgment-not-served", zh, en, clause="S4.0"))


def nothing_decided() -> NotInThisState:
    """There is nothing to object to before a decision."""
    zh, en = "该程序尚未作出决定，不能申请复议或提起诉讼", "no decision was made yet that could be objected to"
    return NotInThisState(Finding("nothing-decided", zh, en, clause="S4.0"))


def filed_before_decided(made_on: date) -> Invalid:
    """Nobody objects to a decision before it was made."""
    zh, en = f"不得早于决定作出之日 {made_on}", f"not before the decision of {made_on}"
    return Invalid(Finding("filed-before-decided", zh, en, "/filed_on", "S4.0"))
