"""The control room: the customer's phone, the bank and the clock on one page. Demo only."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from config.demo import mail
from config.demo.bank import bank_file, damaged, latest_file
from config.demo.debits import bank_answers
from config.demo.draws import let_bank, next_draw
from config.demo.memory import recall
from config.demo.sms import latest
from invoices import clock
from invoices.billers.branding import look
from invoices.billers.models import Biller
from invoices.documents.links.access import access_link
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.errors import FormatError
from invoices.history.actors import BANK
from invoices.history.kinds import ON_PAGE
from invoices.live.ring import EVERY_PAGE, ring
from invoices.money import Money
from invoices.page.sentences import error_sentence
from payments.bankfiles.actions import receive_file
from payments.bankfiles.models import BankFile
from payments.claims.tasks import run_round

PART_MINOR = 10_000


@dataclass(frozen=True, slots=True)
class Phone:
    """One biller's customer with the open page."""

    biller: Biller
    invoice: Invoice
    link: str
    left: Money
    current: bool
    url: str


@require_safe
def control_room(request: HttpRequest, slug: str = "fjordfiber") -> HttpResponse:
    """The control room with one biller's customer at the phone."""
    seeded = Biller.objects.filter(slug__in=recall(settings.DATA_DIR).tokens)
    phones = [_phone(biller, slug) for biller in seeded.order_by("country")]
    current = next((phone for phone in phones if phone.current), None)
    if current is None:
        raise Http404
    sent = BankFile.objects.filter(biller=current.biller).first()
    return render(
        request,
        "demo/control_room.html",
        {
            "biller": current.biller,
            "brand": look("Nota", current.biller.brand_colour),
            "phones": phones,
            "phone": current,
            "today": clock.today(),
            "sent": sent,
            "sent_text": written(bytes(sent.raw)) if sent else "",
            "messages_sent": latest(),
            "mails_sent": mail.latest(),
            "part": Money(PART_MINOR, current.biller.currency),
            **_draw(current),
        },
    )


def written(raw: bytes) -> str:
    """A bank's file as text: camt is UTF-8, the older formats are Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _draw(phone: Phone) -> dict[str, object]:
    """The next draw of the phone's invoice, where direct debit is in force."""
    claim = next_draw(phone.invoice)
    if claim is None:
        return {}
    return {"draw": claim, "draw_sum": Money(claim.amount_minor, phone.biller.currency)}


def _phone(biller: Biller, slug: str) -> Phone:
    token = recall(settings.DATA_DIR).tokens.get(biller.slug, "")
    link = access_link(token)
    if link is None:
        raise Http404
    return Phone(
        biller=biller,
        invoice=link.invoice,
        link=reverse("open_link", args=[token]),
        left=Money(figures(link.invoice).left, biller.currency),
        current=biller.slug == slug,
        url=reverse("control_room_of", args=[biller.slug]),
    )


@require_POST
def bank_sends(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    """The bank sends a file with one payment: ``whole``, ``part`` or with a ``wrong`` reference;
    or one that was damaged on its way: ``cut`` off, with ``flipped`` digits, or sent ``again``.

    The file takes the same road as a real one; the worker leads the payment to its invoice.
    """
    biller = Biller.objects.get(slug=slug)
    phone = _phone(biller, slug)
    left = phone.left.minor
    amount = PART_MINOR if what == "part" else left or PART_MINOR
    reference = phone.invoice.reference
    if what == "wrong":
        reference = reference[:6] + reference[7:]  # a digit is missing
    name, raw = bank_file(biller, [(reference, amount, "")])
    if what == "again":
        name, raw = latest_file(biller) or (name, raw)
    try:
        receive_file(biller, name, damaged(raw, what), actor=BANK)
    except FormatError as error:
        said = error_sentence(error, biller.currency)
        messages.warning(request, _("The file was refused: {why}").format(why=said))
    return redirect("control_room_of", slug=slug)


# A mail brings its own style, and nothing else: no script, no form, nothing from elsewhere.
MAIL_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}


@require_safe
@csp_override(MAIL_CSP)
def show_mail(request: HttpRequest, number: str) -> HttpResponse:
    """An e-mail as a mail program shows it."""
    found = mail.sent(number)
    if found is None:
        raise Http404
    return HttpResponse(found.html or found.text, content_type="text/html; charset=utf-8")


@require_POST
def answer_mail(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The customer answers an e-mail: by SMTP, to the server that takes answers in."""
    found = mail.sent(number)
    if found is None:
        raise Http404
    said = mail.answer(found, request.POST.get("text", ""))
    if said:
        messages.error(request, said)
    else:
        messages.success(request, _("The e-mail was taken in. It shows in the conversation."))
    return redirect("control_room_of", slug=slug)


@require_POST
def bank_answers_mandates(request: HttpRequest, slug: str) -> HttpResponse:
    """The bank answers on the mandates that wait for it, by a file that the worker follows."""
    bank_answers(Biller.objects.get(slug=slug))
    return redirect("control_room_of", slug=slug)


@require_POST
def bank_draws(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    """It becomes the day of the next draw, and the bank draws it, or cannot (``failed``)."""
    claim = next_draw(_phone(Biller.objects.get(slug=slug), slug).invoice)
    if claim is not None:
        let_bank(claim, what)
        ring({EVERY_PAGE: 0}, [*ON_PAGE, "invoices", "draws"])
    return redirect("control_room_of", slug=slug)


@require_POST
def next_day(request: HttpRequest, slug: str) -> HttpResponse:
    """The clock moves on a day; every open page is told."""
    clock.move(1)
    run_round()
    ring({EVERY_PAGE: 0}, [*ON_PAGE, "invoices"])
    return redirect("control_room_of", slug=slug)
