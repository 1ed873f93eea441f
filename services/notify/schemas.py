"""What comes in to notify and goes out over HTTP."""

from __future__ import annotations

import re
from typing import Any

import marshmallow as ma

from services.notify.domain.subscription import Kind
from services.notify.domain.values import Channel, Choice, Purpose
from services.shared.kernel.fields import Block, Code, Codes, Failure, Flag, Form, Items, Shaped, Text, Uscc
from services.shared.vocabulary import PREFECTURES


class NotificationAnswer(ma.Schema):
    """A notification after a command; its fields are named as in the lists."""

    state = ma.fields.String()
    template = ma.fields.String()
    about = ma.fields.String()
    audience = ma.fields.Function(lambda notification: str(notification.audience.kind))
    lead_uscc = ma.fields.String(allow_none=True)
    prefecture = ma.fields.String(allow_none=True)
    is_read = ma.fields.Boolean()


class WordingAnswer(ma.Schema):
    """The text of a notification, Chinese first."""

    title_zh = ma.fields.String()
    title_en = ma.fields.String()
    body_zh = ma.fields.String()
    body_en = ma.fields.String()


class NotificationView(NotificationAnswer):
    """A notification for its reader."""

    id = ma.fields.UUID()
    facts = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    wording = ma.fields.Nested(WordingAnswer())


class DeliveryAnswer(ma.Schema):
    """A delivery after a command; its fields are named as in the lists."""

    notification_id = ma.fields.UUID()
    channel = ma.fields.String()
    digest = ma.fields.Boolean()
    state = ma.fields.String()


class ChoiceOfChannels(Form):
    """For things of one purpose: the channels beside the inbox, and whether a day's are gathered."""

    purpose = Code([str(purpose) for purpose in Purpose], required=True)
    channels = Codes([str(channel) for channel in Channel], required=True)
    digest = Flag(load_default=False)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> Choice:
        return Choice(Purpose(data["purpose"]), tuple(Channel(name) for name in data["channels"]), data["digest"])


class ChooseChannels(Form):
    """`PUT /preferences/{audience}`"""

    choices = Items(Block(ChoiceOfChannels), max=len(Purpose), required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"choices": tuple(data["choices"])}


class ChoiceAnswer(ma.Schema):
    """What was chosen for one purpose."""

    purpose = ma.fields.String()
    channels = ma.fields.List(ma.fields.String())
    digest = ma.fields.Boolean()


class PreferenceAnswer(ma.Schema):
    """A preference after a command."""

    audience = ma.fields.String()
    choices = ma.fields.List(ma.fields.Nested(ChoiceAnswer()))


class Slug(Shaped):
    """The name of a subscription: queues and users on the broker are named after it."""

    most = 40
    shape = re.compile(r"[a-z][a-z0-9-]{1,39}")
    failure = Failure("not-a-name", "名称为 2–40 个小写字母、数字或连字符", "a name is 2-40 of a-z, 0-9 and -")


class TypePrefix(Shaped):
    """The beginning of event types, such as `centre.` or `centre.revoked.v1`."""

    most = 80
    shape = re.compile(r"[a-z][a-z0-9.-]*\.[a-z0-9.-]*")
    failure = Failure("not-a-type", "类型前缀形如 centre.", "a type begins like centre.")


class Url(Shaped):
    """An address for webhooks, without a user or a fragment in it."""

    most = 500
    shape = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+(/[\x21-\x22\x24-\x7e]*)?")
    failure = Failure("not-an-address", "地址应以 https:// 开头", "an address begins with https://")


class OpenSubscription(Form):
    """`POST /subscriptions`"""

    name = Slug(required=True)
    uscc = Uscc(required=True)
    kind = Code([str(kind) for kind in Kind], required=True)
    types = Items(TypePrefix(), min=1, max=20, required=True)
    only_prefecture = Code(list(PREFECTURES), load_default="")
    url = Url(load_default="")
    since = Text(40, load_default="now")

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "kind": Kind(data["kind"]), "types": tuple(data["types"])}


class Reason(Form):
    """`POST /subscriptions/{id}/pause`, `/redrive`, `/end`"""

    reason = Text(500, required=True)


class ReplaySubscription(Form):
    """`POST /subscriptions/{id}/replay`: first, now, a time with zone, or `<service>:<position>`"""

    since = Text(40, required=True)


class SubscriptionAnswer(ma.Schema):
    """A subscription after a command; its fields are named as in the lists."""

    name = ma.fields.String()
    lead_uscc = ma.fields.String()
    kind = ma.fields.String()
    state = ma.fields.String(attribute="standing")
    reason = ma.fields.String()
    types = ma.fields.List(ma.fields.String())
    only_prefecture = ma.fields.String()
    url = ma.fields.String()
