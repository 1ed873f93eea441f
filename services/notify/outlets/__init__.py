"""Outlets (渠道): the ways by which notifications reach people, and events reach subscribed systems."""

from services.notify.outlets.in_app import InAppInbox, Outlet, Undeliverable

__all__ = ["InAppInbox", "Outlet", "Undeliverable"]
