"""The same done with many conversations at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from invoices.errors import N_, Refused
from invoices.page.sentences import error_sentence
from messaging.inbox.doings import Doing, doing_of
from messaging.inbox.gate import done, view_from
from messaging.threads.access import access_threads
from messaging.threads.models import Thread

BULK_MOST = 200  # conversations changed by one form


@require_POST
@login_required
def bulk(request: HttpRequest, slug: str) -> HttpResponse:
    """Do the same with every conversation that was chosen; what is refused is told, and left."""
    view = view_from(request, slug)
    chosen = access_threads(request.POST.getlist("thread")[: BULK_MOST + 1], view.membership)
    back = request.POST.get("back", "")
    where = reverse("inbox", args=[slug]) + (back if back.startswith("?") else "")
    try:
        _check_bulk(chosen)
        refusals = _each(doing_of(view, request.POST), chosen)
    except Refused as refused:
        messages.error(request, error_sentence(refused))
        return done(request, where)
    count = len(chosen) - len(refusals)
    if count:
        said = ngettext(
            "Done with %(count)d conversation.", "Done with %(count)d conversations.", count
        )
        messages.success(request, said % {"count": count})
    for name, why in refusals[:5]:
        messages.error(request, f"{name}: {error_sentence(why)}")
    if len(refusals) > 5:
        messages.error(request, _("And {count} more.").format(count=len(refusals) - 5))
    return done(request, where)


def _check_bulk(chosen: Sequence[Thread]) -> None:
    if not chosen:
        raise Refused(N_("Choose at least one conversation."))
    if len(chosen) > BULK_MOST:
        raise Refused(N_("Choose {most} conversations at most."), most=BULK_MOST)


def _each(doing: Doing, chosen: Sequence[Thread]) -> list[tuple[str, Refused]]:
    """Whole or not at all for each: one that is refused does not take the others back."""
    refusals = []
    for held in chosen:
        try:
            with transaction.atomic():
                doing(held)
        except Refused as refused:
            refusals.append((held.customer.name, refused))
    return refusals
