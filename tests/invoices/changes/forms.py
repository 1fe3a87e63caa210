"""The forms of changes as a browser fills them in."""

import html
import re
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from invoices import clock
from invoices.billers.roles import Role
from invoices.changes.policy import Action
from invoices.changes.scene import STAFF_NAMES
from invoices.documents.models import Invoice
from tests.build import a_member

HTMX = {"HX-Request": "true"}
WHY = "Avtalt på telefon"


def staff_client(invoice: Invoice, role: Role = Role.AGENT) -> Client:
    client = Client()
    client.cookies["nota_language"] = "en"
    client.force_login(a_member(invoice.biller, role))
    return client


def path(invoice: Invoice, step: str = "") -> str:
    return f"/invoice/{invoice.public_id}/changes/{step}"


def staff_path(invoice: Invoice, action: Action) -> str:
    where = {"slug": invoice.biller.slug, "public_id": invoice.public_id}
    return reverse(STAFF_NAMES[action], kwargs=where)


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def fields(page: Any) -> dict[str, Any]:
    """What a browser would send of the form on the page, nothing typed in."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        pickable = 'type="radio"' in tag or 'type="checkbox"' in tag
        ours = name and name[1].startswith(("changes-", "actions-"))
        if name and ours and (not pickable or "checked" in tag):
            found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    return found


def ask(client: Client, url: str, **typed: Any) -> tuple[Any, dict[str, Any]]:
    """Open the form, fill it in, and look at the preview; what the confirmation would send."""
    form = client.get(url)
    assert form.status_code == 200
    asked = fields(form) | typed
    preview = client.post(url, asked)
    return preview, asked


def due(invoice: Invoice) -> date:
    return Invoice.objects.get(pk=invoice.pk).due_on
