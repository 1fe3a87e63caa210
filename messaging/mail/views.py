"""The webhook for mail, the page's sign of life, and who of staff wants to be told."""

import base64
import binascii
import hashlib
import hmac
import json
import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from invoices import clock
from invoices.billers.access import access_membership
from invoices.billers.areas import Area
from invoices.billers.looks import look_of
from invoices.documents.links.gates import unlocked
from invoices.history.actors import CUSTOMER, staff
from invoices.page.views import for_customer
from messaging.mail import actions
from messaging.mail.door import LARGEST_MAIL_BYTES, RefusedMailError, receive, recipient_of
from messaging.mail.queries import wants_mail
from messaging.mail.states import Via
from messaging.threads.access import access_inbox
from messaging.threads.queries import thread_of

OLDEST_S = 300
# Base64 is a third larger than what it holds; and there are addresses besides.
LARGEST_BODY_BYTES = LARGEST_MAIL_BYTES * 4 // 3 + 64 * 1024


@csrf_exempt  # signed: whoever has no secret gets 403
@require_POST
def hook(request: HttpRequest) -> HttpResponse:
    """A mail from a provider: JSON with ``to``, ``from`` (the envelope's) and ``mime`` (base64).

    ``X-Nota-Signature: t=<seconds>,v1=<hex>``, the HMAC-SHA256 of ``t.body``. 200 says in
    ``taken`` whether it was; where not, ``why`` is for the sender, and asking again is no use.
    """
    body = request.read(LARGEST_BODY_BYTES + 1)
    if len(body) > LARGEST_BODY_BYTES:
        return HttpResponse(status=413)
    if not _is_signed(request.headers.get("X-Nota-Signature", ""), body):
        return HttpResponse(status=403)
    try:
        given = json.loads(body)
        to, sender = str(given["to"]), str(given.get("from") or "")
        raw = base64.b64decode(given["mime"], validate=True)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        return JsonResponse({"taken": False, "why": "not the JSON that was agreed"}, status=400)
    try:
        null_sender = not sender.strip("<> ")
        receive(raw, recipient_of(to), via=Via.HOOK, null_sender=null_sender)
    except RefusedMailError as refused:
        status = 429 if refused.code == 452 else 200
        return JsonResponse({"taken": False, "why": refused.sentence}, status=status)
    return JsonResponse({"taken": True})


def signature_of(secret: str, at: int, body: bytes) -> str:
    """The header that a provider sends."""
    made = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def _is_signed(header: str, body: bytes) -> bool:
    """Whether the header signs the body, and has just been made. Nothing is, without a secret."""
    at, _comma, _made = header.partition(",")
    seconds = at.removeprefix("t=")
    if not settings.MAIL_HOOK_SECRET or not seconds.isascii() or not seconds.isdecimal():
        return False
    if len(seconds) > 12 or abs(clock.now().timestamp() - int(seconds)) > OLDEST_S:
        return False
    expected = signature_of(settings.MAIL_HOOK_SECRET, int(seconds), body)
    return hmac.compare_digest(expected.encode(), header.encode())


@require_POST
@unlocked(Area.MESSAGES)
def here(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The customer's page is before somebody's eyes: nobody is told by mail meanwhile."""
    invoice = for_customer(request, public_id)
    if (thread := thread_of(invoice.pk)) is not None:
        actions.note_here(thread, actor=CUSTOMER)
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def staff_mail(request: HttpRequest, slug: str) -> HttpResponse:
    """Who answers chooses whether to be told by e-mail."""
    membership = access_inbox(access_membership(request.user, slug))
    if membership is None:
        raise Http404
    if request.method == "POST":
        wanted = request.POST.get("wanted") == "1"
        actions.choose_staff_mail(membership, wanted=wanted, actor=staff(membership.user_id))
        return redirect("staff_mail", slug=slug)
    context = {
        "biller": membership.biller,
        "brand": look_of(membership.biller),
        "wanted": wants_mail(membership),
        "minutes": max(settings.STAFF_AWAY_AFTER_S // 60, 1),
        "address": membership.user.email,
    }
    return render(request, "messaging/mail/staff_mail.html", context)
