"""What the page's views do: each leads one wish of the customer to the actions and to the wire."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from invoices import clock
from invoices.documents.links.access import Visit
from invoices.history.actors import CUSTOMER
from invoices.page.view import InvoiceView
from payments.mandates import actions, tasks, work
from payments.mandates.actions import Consent
from payments.mandates.models import Mandate, Signing
from payments.mandates.page import showing
from payments.mandates.page.panels import known_standing
from payments.mandates.page.queries import Standing
from payments.mandates.signing import work as signing_work
from payments.mandates.signing.actions import Where
from payments.mandates.states import MandateState
from payments.schemes.base import Proof
from payments.schemes.registry import SCHEMES

RENEWED_FOR: Final = timedelta(minutes=5)  # codes are made anew by themselves for so long
FIRST_COLLECT_S: Final = 5


def where_of(request: HttpRequest, visit: Visit) -> Where:
    """The browser that says yes, and what its link opened."""
    return Where(
        ip=str(request.META.get("REMOTE_ADDR") or "0.0.0.0"),  # noqa: S104  # an unknown one
        user_agent=request.headers.get("User-Agent", ""),
        link_id=visit.link.pk,
        level="code" if visit.proved else str(visit.link.level),
    )


def consent(
    request: HttpRequest,
    visit: Visit,
    view: InvoiceView,
    request_id: uuid.UUID,
    moment: str,
    payer_account: str = "",
) -> Consent:
    """What the customer says yes to, and from where."""
    where = where_of(request, visit)
    return Consent(
        request_id=request_id,
        language=view.language,
        level=where.level,
        invoice_id=visit.invoice.pk,
        link_id=where.link_id,
        ip=where.ip,
        user_agent=where.user_agent,
        moment=moment,
        payer_account=payer_account,
    )


def account_known(view: InvoiceView, last_four: str) -> str:
    """The account that was read on the page; "" where the customer read of none."""
    found = [each for each in known_standing(view).accounts if each.digits[-4:] == last_four]
    return found[0].digits if last_four and found else ""


def begin(
    request: HttpRequest, visit: Visit, view: InvoiceView, scheme: str, given: Consent
) -> HttpResponse:
    """Store the yes, and lead on: to BankID, to the bank, or to the service."""
    mandate = actions.enroll(view.invoice.customer_id, scheme, given, actor=CUSTOMER)
    if SCHEMES[scheme].proof == Proof.SIGNATURE:
        if mandate.state == MandateState.REQUESTED and not mandate.signings.exists():
            start_signing(request, visit, mandate.pk)
        if request.headers.get("HX-Request"):
            return showing.landed(request, view)
        return showing.see(reverse("autopay_sign", args=[view.invoice.public_id]))
    mandate = work.hand_over(mandate.pk)
    if mandate.scheme == "vipps":
        tasks.follow_mandate_in(actions.FIRST_LOOK_S, mandate.pk)
    if not mandate.handover_url:
        return showing.landed(request, view)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(mandate.handover_url)
    args = [view.invoice.public_id, mandate.public_id]
    return showing.see(reverse("autopay_onward", args=args))


def start_signing(request: HttpRequest, visit: Visit, mandate_id: int) -> None:
    """Let BankID ask the customer; a job collects the signature if this page is closed."""
    signing = signing_work.begin(mandate_id, where_of(request, visit))
    if signing.state == Signing.State.PENDING:
        tasks.follow_signing_in(FIRST_COLLECT_S, signing.pk)


def signing_of(view: InvoiceView) -> Signing | None:
    """The newest try to sign what is asked for."""
    asked = known_standing(view).asked
    if asked is None:
        return None
    signings = Signing.objects.filter(mandate_id=asked.id).order_by("-pk")
    return signings.select_related("mandate__biller").first()


def look(request: HttpRequest, visit: Visit, view: InvoiceView) -> None:
    """Ask BankID; begin anew where the customer says so, or where a code was not used in time."""
    asked = known_standing(view).asked
    if asked is None or asked.state != MandateState.REQUESTED:
        return
    signing = signing_of(view)
    if signing is not None and signing.state == Signing.State.PENDING:
        signing = signing_work.collect(signing.pk)
    over = signing is None or signing.state == Signing.State.FAILED
    unused = signing is not None and signing.hint == "startFailed"
    renewed = unused and clock.now() - asked.asked_at < RENEWED_FOR
    if over and (renewed or "again" in request.POST):
        start_signing(request, visit, asked.id)


def _stop(now: Standing) -> None:
    """All of it: also another account that is being asked for."""
    for mandate in {each.id for each in (now.current, now.asked) if each}:
        _leave_signing(mandate)
        actions.stop(mandate, actor=CUSTOMER)


def _leave(now: Standing) -> None:
    if now.asked:
        _leave_signing(now.asked.id)
        actions.stop(now.asked.id, actor=CUSTOMER)


def _leave_signing(mandate_id: int) -> None:
    for signing in Signing.objects.filter(mandate_id=mandate_id, state__in=["asked", "pending"]):
        signing_work.call_off(signing.pk)


def _restore(now: Standing) -> None:
    if now.current:
        actions.restore(now.current.id, actor=CUSTOMER)


def _pause(now: Standing) -> None:
    if now.current:
        actions.pause(now.current.id, by=Mandate.PausedBy.CUSTOMER, actor=CUSTOMER)


def _resume(now: Standing) -> None:
    if now.current:
        actions.resume(now.current.id, by=Mandate.PausedBy.CUSTOMER, actor=CUSTOMER)


def _look_outside(now: Standing) -> None:
    if now.asked:
        work.look(now.asked.id)


CHANGES: Final[dict[str, Callable[[Standing], None]]] = {
    "stop": _stop,
    "leave": _leave,
    "restore": _restore,
    "pause": _pause,
    "resume": _resume,
    "look": _look_outside,
}
