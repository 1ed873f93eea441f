"""The inbox inside the system takes only what somebody can read."""

from __future__ import annotations

import pytest

from services.notify.domain.notification import Notification
from services.notify.domain.templates import template
from services.notify.domain.values import PROVINCE, Audience, organisation, prefecture
from services.notify.outlets import InAppInbox, Undeliverable
from tests.given import made
from tests.notify.messages import ALLOY


def to(audience: Audience) -> Notification:
    """A notification to this audience."""
    closed, facts = template("notice.closed"), {"notice_no": "公示2026-1"}
    return made(
        lambda: Notification.prepare(cause="e1", template=closed, audience=audience, about="公示2026-1", facts=facts)
    )


@pytest.mark.parametrize("audience", [organisation(ALLOY), prefecture("530100"), PROVINCE], ids=str)
def test_takes_what_has_readers_under_its_own_address(audience: Audience):
    notification = to(audience)
    assert InAppInbox().deliver(notification) == f"/notifications/{notification.id}"


@pytest.mark.parametrize("audience", [organisation(""), organisation(ALLOY.lower()), prefecture("999999")], ids=str)
def test_refuses_what_no_identity_could_ever_see(audience: Audience):
    with pytest.raises(Undeliverable, match="nobody reads"):
        InAppInbox().deliver(to(audience))
