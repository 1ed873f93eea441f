"""What is refused of corrections (补正)."""

from __future__ import annotations

from services.shared.vocabulary import Finding, Invalid, NotInThisState


def told_once(most: int) -> NotInThisState:
    """Everything that is missing is told at once; there is no further round."""
    return NotInThisState(
        Finding(
            "correction-told-once",
            f"补正应一次性告知，至多 {most} 次",
            f"everything missing is told at once, at most {most} times",
            clause="S4.1.2",
        )
    )


def correction_is_over() -> NotInThisState:
    """The correction was answered, or its time is up."""
    return NotInThisState(
        Finding("correction-is-over", "补正已结束或期限已过", "the correction is over", clause="S4.1.2")
    )


def extended_already(most: int) -> NotInThisState:
    """More time is given so often and no more."""
    return NotInThisState(
        Finding("extended-already", f"补正期限至多延期 {most} 次", f"extended at most {most} times", clause="S4.1.2")
    )


def calendar_unchanged(version: str) -> NotInThisState:
    """The deadline was computed by this calendar already."""
    return NotInThisState(Finding("calendar-unchanged", f"日历仍为 {version}", f"the calendar is still {version}"))


def days_out_of_range(least: int, most: int) -> Invalid:
    """The time for a correction lies between what the edition allows."""
    return Invalid(
        Finding(
            "days-out-of-range",
            f"补正期限应为 {least} 至 {most} 日",
            f"a correction has {least} to {most} days",
            "/days",
            "S4.1.2",
        )
    )
