"""Who may do what in notify."""

from __future__ import annotations

from services.notify.domain.values import AudienceKind
from services.shared.kernel.authority import EVERYTHING, OWN_ORGANISATION, OWN_PREFECTURE, Authority, May, Scope
from services.shared.kernel.feed import FEED
from services.shared.vocabulary import Role

FOR_THE_PROVINCE = Scope(
    lambda _, thing: thing.audience.kind is AudienceKind.PROVINCE, "audience = 'province'", lambda _: ()
)


def sent(scope: Scope) -> Scope:
    """What was sent within a scope: before that, its audience must not learn even that there is something."""
    return Scope(
        lambda who, thing: thing.is_sent and scope.sees(who, thing),
        f"state = 'sent' and {scope.where}",
        scope.parameters,
    )


_AUDIENCES = {
    Role.APPLICANT: sent(OWN_ORGANISATION),
    Role.PREFECTURE_OFFICER: sent(OWN_PREFECTURE),
    Role.PREFECTURE_HEAD: sent(OWN_PREFECTURE),
    Role.PROVINCE_OFFICER: sent(FOR_THE_PROVINCE),
    Role.DIVISION_HEAD: sent(FOR_THE_PROVINCE),
    Role.SUBSCRIBER: sent(OWN_ORGANISATION),
}
_OWN = {
    Role.APPLICANT: OWN_ORGANISATION,
    Role.PREFECTURE_OFFICER: OWN_PREFECTURE,
    Role.PREFECTURE_HEAD: OWN_PREFECTURE,
    Role.PROVINCE_OFFICER: FOR_THE_PROVINCE,
    Role.DIVISION_HEAD: FOR_THE_PROVINCE,
}
_READERS = {**_AUDIENCES, Role.AUDITOR: EVERYTHING}
_OVERSEERS = {Role.PROVINCE_OFFICER: EVERYTHING, Role.DIVISION_HEAD: EVERYTHING, Role.AUDITOR: EVERYTHING}
_KEEPER = {Role.PROVINCE_OFFICER: EVERYTHING}
_BOTH_SIDES = {**_KEEPER, Role.SUBSCRIBER: OWN_ORGANISATION}
_WATCHERS = {**_BOTH_SIDES, Role.DIVISION_HEAD: EVERYTHING, Role.AUDITOR: EVERYTHING}
_ADMINISTRATOR = {Role.ADMINISTRATOR: EVERYTHING, **_KEEPER}

AUTHORITY: Authority = {
    "release_notification": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.1.2", "S4.2", "S4.3")),
    "retry_notification": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.0",)),
    "read_notification": May(_AUDIENCES, ("S4.0",)),
    "list_notifications": May(_READERS),
    "list_held": May(_OVERSEERS),
    "list_failed": May(_OVERSEERS),
    "list_about": May({**_AUDIENCES, **_OVERSEERS}),
    "show_notification": May(_READERS),
    "retry_delivery": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.0",)),
    "list_failed_deliveries": May(_OVERSEERS),
    "choose_channels": May(_OWN, ("S4.0",)),
    "show_preference": May(_OWN),
    "open_subscription": May(_KEEPER, ("S4.0",)),
    "pause_subscription": May(_BOTH_SIDES, ("S4.0",)),
    "resume_subscription": May(_BOTH_SIDES, ("S4.0",)),
    "replay_subscription": May(_BOTH_SIDES, ("S4.0",)),
    "redrive_subscription": May(_BOTH_SIDES, ("S4.0",)),
    "rotate_secret": May(_BOTH_SIDES, ("S4.0",)),
    "end_subscription": May(_KEEPER, ("S4.0",)),
    "list_subscriptions": May(_WATCHERS),
    "show_subscription": May(_WATCHERS),
    "show_secrets": May({Role.SUBSCRIBER: OWN_ORGANISATION}),
    "show_broker_definitions": May(_ADMINISTRATOR),
    "list_events": FEED,
}
