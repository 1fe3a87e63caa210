"""Staff pause, stop or let go on what a customer has asked for, with a reason. Only by POST."""

import uuid
from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from invoices.billers.models import User
from invoices.errors import N_, Refused
from invoices.history.actors import Actor, staff
from invoices.page.language import spoken
from invoices.page.sentences import error_sentence
from invoices.page.views import for_staff, own_language, view_of
from payments.mandates import actions
from payments.mandates.desk.rights import REASON_CHARS, may
from payments.mandates.models import Mandate
from payments.mandates.page import showing
from payments.mandates.page.panels import known_standing
from payments.mandates.page.queries import Standing

_BY: Final = Mandate.PausedBy.STAFF


def _pause(now: Standing, reason: str, actor: Actor) -> None:
    if now.current:
        actions.pause(now.current.id, by=_BY, reason=reason, actor=actor)


def _resume(now: Standing, reason: str, actor: Actor) -> None:
    if now.current:
        actions.resume(now.current.id, by=_BY, reason=reason, actor=actor)


def _stop(now: Standing, reason: str, actor: Actor) -> None:
    """All of it: also another account that is being asked for."""
    for mandate_id in {each.id for each in (now.current, now.asked) if each}:
        actions.stop(mandate_id, reason=reason, actor=actor)


def _restore(now: Standing, reason: str, actor: Actor) -> None:
    if now.current:
        actions.restore(now.current.id, reason=reason, actor=actor)


_DO: Final[dict[str, Callable[[Standing, str, Actor], Any]]] = {
    "pause": _pause,
    "resume": _resume,
    "stop": _stop,
    "restore": _restore,
}


@require_POST
@login_required
def by_staff(request: HttpRequest, slug: str, public_id: uuid.UUID, what: str) -> HttpResponse:
    """For the customer, who reads the reason; 404 for a role that may not."""
    assert isinstance(request.user, User)
    invoice, role = for_staff(request, slug, public_id)
    if not may(role, what):
        raise Http404
    with spoken(request, own_language(invoice, role)) as language:
        view = view_of(request, invoice, role, language)
        try:
            reason = _reason(request.POST.get("reason", ""))
            _DO[what](known_standing(view), reason, staff(request.user.pk))
        except Refused as refused:
            return showing.landed(request, view, error_sentence(refused))
        return showing.landed(request, view)


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise Refused(N_("Write why. The customer reads it."))
    if len(reason) > REASON_CHARS:
        raise Refused(N_("Write at most {most} characters."), most=REASON_CHARS)
    return reason
