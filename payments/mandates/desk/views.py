"""Finance writes the file for the bank, and takes it there."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from invoices.billers.access import access_membership
from invoices.billers.models import Membership, User
from invoices.billers.roles import SEES_MONEY
from invoices.history.actors import staff
from payments.mandates.orders.actions import write_orders
from payments.outgoing.actions import note_fetched
from payments.outgoing.models import OutgoingFile


@require_POST
@login_required
def write_now(request: HttpRequest, slug: str) -> HttpResponse:
    """Write what waits into a file for Bankgirot, without waiting for the afternoon."""
    membership = _money(request, slug)
    written = write_orders(membership.biller_id, actor=staff(membership.user_id))
    if written:
        for file in written:
            said = _("{file} is ready. Orders: {count}.")
            messages.success(request, said.format(file=file.name, count=file.count))
    else:
        messages.info(request, _("Nothing waits for the bank."))
    return redirect("desk", slug=slug)


@require_POST
@login_required
def fetch_file(request: HttpRequest, slug: str, file_id: uuid.UUID) -> HttpResponse:
    """The file's bytes, as they go to the bank; the first time is remembered."""
    membership = _money(request, slug)
    found = get_object_or_404(OutgoingFile, biller=membership.biller, public_id=file_id)
    file = note_fetched(found.pk, user_id=membership.user_id, actor=staff(membership.user_id))
    answer = HttpResponse(file.raw, content_type="text/plain; charset=iso-8859-1")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def _money(request: HttpRequest, slug: str) -> Membership:
    assert isinstance(request.user, User)
    membership = access_membership(request.user, slug)
    if membership is None or membership.role not in SEES_MONEY:
        raise Http404
    return membership
