"""Changing an invoice as tests do: who asks, what they do, and what stands afterwards."""

import uuid
from datetime import date, timedelta
from typing import Any

from invoices import clock
from invoices.billers.roles import Role
from invoices.changes import actions
from invoices.changes.actions import Asker
from invoices.changes.policy import CUSTOMER
from invoices.documents.models import Change, Invoice
from invoices.documents.queries import (
    changes_of,
    figures,
)
from invoices.documents.states import ChangeKind, State, marks_of, state_of
from invoices.history.models import HistoryEntry
from tests.build import a_member

ANNA = Asker("customer", by=CUSTOMER)
WHY = "Avtalt på telefon"


def a_staff_asker(invoice: Invoice, role: Role = Role.AGENT) -> Asker:
    return Asker("staff", a_member(invoice.biller, role).pk, role)


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def now(invoice: Invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


def state(invoice: Invoice) -> State:
    marks = marks_of(changes_of(invoice))
    return state_of(figures(invoice), now(invoice).due_on, clock.today(), marks)


def told(kind: str) -> list[dict[str, Any]]:
    entries = HistoryEntry.objects.filter(kind=kind).order_by("pk")
    return [entry.data for entry in entries]


def move(invoice: Invoice, days: int, actor: Asker = ANNA, **more: Any) -> None:
    reason = "" if actor is ANNA else WHY
    asked: dict[str, Any] = {"request_id": uuid.uuid4(), "reason": reason} | more
    actions.move_due_date(invoice.pk, in_days(days), actor=actor, **asked)


def split(invoice: Invoice, *parts: tuple[int, int], actor: Asker = ANNA, **more: Any) -> None:
    asked: dict[str, Any] = {"request_id": uuid.uuid4()} | more
    dated = [(in_days(days), amount) for days, amount in parts]
    actions.split(invoice.pk, dated, actor=actor, **asked)


def undo(invoice: Invoice, actor: Asker = ANNA) -> None:
    newest = Change.objects.filter(invoice=invoice).exclude(kind=ChangeKind.UNDONE).latest("pk")
    actions.undo_change(invoice.pk, newest.public_id, actor=actor)


def write_down(invoice: Invoice, minor: int, actor: Asker, **more: Any) -> None:
    asked: dict[str, Any] = {"request_id": uuid.uuid4(), "reason": WHY} | more
    actions.write_down(invoice.pk, minor, actor=actor, **asked)
