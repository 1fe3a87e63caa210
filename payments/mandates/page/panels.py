"""Automatic payment on the invoice's page: offered, waiting, active, paused, stopped."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from invoices import clock
from invoices.documents.states import State
from invoices.money import format_money
from invoices.page.view import InvoiceView
from invoices.page.words import long_date
from invoices.panels import CUSTOMER, INVOICE_STAFF, Panel, register
from payments.formats.reasons import REASONS
from payments.mandates.accounts import masked
from payments.mandates.draws import PlannedDraw, draws_of
from payments.mandates.page.first import first_by_bank, first_drawn
from payments.mandates.page.for_staff import StaffAct, staff_acts
from payments.mandates.page.invitation import MISSED, PAGE, PAID, moment_for
from payments.mandates.page.queries import MandateFact, Standing, standing
from payments.mandates.states import ASKED, LEAVING, MandateState
from payments.schemes.base import Proof

NAME: Final = "autopay"
STARTED_WITHIN: Final = timedelta(seconds=30)
OFFERED_BELOW: Final = 36  # of the page's panels: the lines, and why they are what they are
TOLD_FOR: Final = timedelta(days=14)  # how long the panel speaks of one that is over


class Mode(StrEnum):
    QUIET = "quiet"
    OFFER = "offer"
    SIGN = "sign"
    WAITING = "waiting"
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Offer:
    """One scheme to choose. ``known`` are the last digits of the account it would draw from."""

    scheme: str
    label: str
    words: str
    button: str
    known: str = ""
    asks: bool = False  # for the account first


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw to come, in words."""

    day: str
    amount: str
    words: str


@dataclass(frozen=True, slots=True)
class Autopay:
    """What the panel says, and what can be done there. Addresses are "" where nothing can."""

    mode: Mode = Mode.QUIET
    title: str = ""
    words: tuple[str, ...] = ()
    moment: str = PAGE
    offers: list[Offer] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)
    acts: tuple[str, ...] = ()  # of: pause, resume, stop, restore, leave, account, look
    go_url: str = ""
    go_words: str = ""
    pdf_url: str = ""
    sign_url: str = ""
    code_url: str = ""
    seen: str = ""  # what the page has read of the signature
    staff_acts: tuple[StaffAct, ...] = ()
    polls: bool = False  # there is something to hear of it
    is_test: bool = False
    is_news: bool = False  # what became of the last one, above what is offered
    request_id: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def invites(self) -> bool:
        return self.mode == Mode.OFFER and self.moment != PAGE

    @property
    def asks_first(self) -> bool:
        """Whether it is what the page asks for; as long as something is to be paid, that is."""
        return self.invites and self.moment == PAID

    @property
    def order(self) -> int | None:
        """An offer stands below what is paid for, but right after a payment; news stand above."""
        if self.mode != Mode.OFFER or self.asks_first or self.is_news:
            return None
        return OFFERED_BELOW


def known_standing(view: InvoiceView) -> Standing:
    """Where the customer stands, read once for the whole page."""
    if NAME not in view.known:
        invoice = view.invoice
        view.known[NAME] = standing(invoice.customer_id, invoice.biller_id)
    found: Standing = view.known[NAME]
    return found


def autopay(view: InvoiceView) -> Autopay:
    """What the reader is told. Staff read the same, and do nothing here."""
    now = known_standing(view)
    current = now.current
    told = _told(view, now, current) if current else None
    if told is None:
        told = _offered(view, now)
    if view.viewer != CUSTOMER:
        return _for_staff(view, told)
    return told


def _told(view: InvoiceView, now: Standing, current: MandateFact) -> Autopay | None:
    """Of the mandate there is; None where it is over, and said for long enough."""
    test = not now.live_of(current.scheme)
    if now.asked is not None and current.state not in ASKED:
        # Another account is being asked for, while this one goes on drawing.
        changing = _asked(view, now, now.asked)
        return replace(changing, draws=_draws(view), is_test=test)
    if current.state in ASKED:
        return replace(_asked(view, now, current), is_test=test)
    if current.state == MandateState.ACTIVE:
        return replace(_active(view, current), is_test=test)
    if current.state == MandateState.PAUSED:
        return replace(_paused(view, current), is_test=test)
    if current.state in LEAVING:
        return replace(_stopped(current), is_test=test)
    if clock.now() - current.changed_at > TOLD_FOR:
        return None
    return _over(view, now, current)


def _asked(view: InvoiceView, now: Standing, mandate: MandateFact) -> Autopay:
    if mandate.kind.proof == Proof.SIGNATURE and mandate.state == MandateState.REQUESTED:
        return _sign(view, now, mandate)
    label = mandate.kind.label
    pay_by_hand = _("Until then, pay by hand as before.")
    if mandate.kind.proof == Proof.SIGNATURE:
        signed = (
            _("You have signed {scheme}. Banks usually answer within a few bank days.").format(
                scheme=label
            ),
            first_drawn(view, mandate.scheme),
            pay_by_hand,
        )
        return Autopay(
            Mode.WAITING,
            _("Waiting for your bank"),
            tuple(each for each in signed if each),
            acts=("stop",),
            pdf_url=_pdf(view, mandate),
        )
    if mandate.kind.proof == Proof.BANK:
        words = (
            _(
                "{scheme} is agreed on in your bank, and only the bank can tell us that it is"
                " done. That takes from some days to several weeks."
            ).format(scheme=label),
            *first_by_bank(view, mandate.scheme),
        )
        return Autopay(
            Mode.WAITING,
            _("Waiting for your bank"),
            words,
            acts=("leave",),
            go_url=mandate.handover_url,
            go_words=_("To the bank's page again"),
        )
    return Autopay(
        Mode.WAITING,
        _("We are waiting for {provider}").format(provider=label),
        (
            _("Approve the agreement there. It shows here by itself when it is active."),
            first_drawn(view, mandate.scheme),
            pay_by_hand,
        ),
        acts=("leave", "look"),
        go_url=mandate.handover_url,
        go_words=_("Go on to {provider}").format(provider=label),
    )


def _sign(view: InvoiceView, now: Standing, mandate: MandateFact) -> Autopay:
    signing = now.signing if now.signing and now.signing.mandate_id == mandate.id else None
    pending = signing is not None and signing.state == "pending"
    young = clock.now() - mandate.asked_at < STARTED_WITHIN
    starting = young and (signing is None or signing.state == "asked")
    if starting:
        words = _("BankID is being started. This takes a moment.")
    elif signing is None or signing.state == "asked":
        words = _("BankID was not started. Try again.")
    else:
        words = hint_words(signing.hint, failed=not pending)
    args = [view.invoice.public_id]
    return Autopay(
        Mode.SIGN,
        _("Sign with BankID"),
        (words,),
        acts=("leave",),
        sign_url=reverse("autopay_sign", args=args),
        code_url=reverse("autopay_code", args=args) if pending else "",
        polls=pending or starting,
        seen=seen_of(now),
    )


def seen_of(now: Standing) -> str:
    """What a page has read of the signature: while it is the same, there is nothing new."""
    asked, signing = now.asked, now.signing
    if asked is None or asked.state != MandateState.REQUESTED:
        return "over"
    if signing is None or signing.mandate_id != asked.id:
        return f"{asked.id}:"
    return f"{signing.id}:{signing.state}:{signing.hint}"


def hint_words(hint: str, *, failed: bool) -> str:
    """What BankID's word for where the customer is means, with what to do."""
    if not failed:
        return {
            "started": _("Looking for your BankID. This takes a moment."),
            "userMrtd": _("Follow what BankID shows on your phone."),
            "userCallConfirm": _("BankID asks whether somebody has called you. Answer there."),
            "userSign": _("Enter your code in BankID, and choose to sign."),
            "processing": _("BankID is checking your signature."),
        }.get(hint, _("Open BankID on this device, or scan the code with your phone."))
    return {
        "userCancel": _("You cancelled in BankID. Nothing has changed. You can try again."),
        "cancelled": _("BankID was started somewhere else, and this was called off. Try again."),
        "startFailed": _("BankID was not opened in time. Try again."),
        "expiredTransaction": _("BankID was not used in time. Try again."),
        "certificateErr": _("Your BankID is blocked or too old. Your bank can give you another."),
        "notReached": _("BankID does not answer at this moment. Try again in a while."),
    }.get(hint, _("BankID could not sign. Try again in a while."))


def _active(view: InvoiceView, mandate: MandateFact) -> Autopay:
    label = mandate.kind.label
    if mandate.payer_account:
        how = _("With {scheme}, from the account {account}.").format(
            scheme=label, account=masked(mandate.payer_account)
        )
    else:
        how = _("With {scheme}.").format(scheme=label)
    draws = _draws(view)
    nothing = "" if draws else _("Nothing is planned at this moment. Your next invoice is.")
    acts = ("pause", "account", "stop") if mandate.scheme == "autogiro" else ("pause", "stop")
    return Autopay(
        Mode.ACTIVE,
        _("Automatic payment is active"),
        tuple(each for each in (how, nothing) if each),
        draws=draws,
        acts=acts,
        pdf_url=_pdf(view, mandate),
    )


def _paused(view: InvoiceView, mandate: MandateFact) -> Autopay:
    by_bank = mandate.paused_by == "bank"
    words = (
        _("Your bank has paused it, or you have there. It goes on when the bank says so.")
        if by_bank
        else _("Nothing is drawn until you let it go on.")
    )
    return Autopay(
        Mode.PAUSED,
        _("Automatic payment is paused"),
        (words, _("Pay by hand meanwhile.")),
        acts=("stop",) if by_bank else ("resume", "stop"),
        pdf_url=_pdf(view, mandate),
    )


def _stopped(mandate: MandateFact) -> Autopay:
    words = [_("Nothing more is drawn. Pay by hand from now on.")]
    if mandate.scheme == "avtalegiro":
        words.append(_("The agreement stands in your bank until you end it there."))
    elif not mandate.may_restore:
        words.append(_("The bank has been told, and confirms it in some days."))
    return Autopay(
        Mode.STOPPED,
        _("Automatic payment is stopped"),
        tuple(words),
        acts=("restore",) if mandate.may_restore else (),
    )


def _over(view: InvoiceView, now: Standing, mandate: MandateFact) -> Autopay | None:
    """What became of the last one, above what is offered now."""
    known = REASONS.get(mandate.reason)
    why = gettext(known.meaning) if known else ""
    offered = _offered(view, now)
    said = {
        MandateState.REFUSED: _("Automatic payment could not begin"),
        MandateState.ENDED: _("Automatic payment has ended"),
    }.get(mandate.state)
    if said is None:
        return None
    words = tuple(each for each in (why, _("Pay by hand, or begin anew.")) if each)
    mode = Mode.OFFER if offered.offers else Mode.STOPPED
    return replace(offered, mode=mode, title=said, words=words, moment=PAGE, is_news=True)


def _offered(view: InvoiceView, now: Standing) -> Autopay:
    if not now.offers or view.as_of or view.state == State.CANCELLED:
        return Autopay()
    moment = moment_for(
        view.invoice.pk,
        just_paid=view.state == State.PAID,
        overdue=view.state == State.OVERDUE,
        seen=now.seen,
        now=clock.now(),
    )
    title = {
        PAID: _("Paid. Shall the next one pay itself?"),
        MISSED: _("So that no due date is missed again"),
    }.get(moment, _("Pay automatically"))
    return Autopay(
        Mode.OFFER,
        title,
        (_("What is due is drawn on its day. You can stop whenever you like."),),
        moment=moment,
        offers=[_offer(scheme, now) for scheme, _live in now.offers],
        is_test=not all(live for _scheme, live in now.offers),
    )


def _offer(scheme: str, now: Standing) -> Offer:
    if scheme == "autogiro":
        label = "Autogiro"
        button = _("Pay automatically with {scheme}").format(scheme=label)
        if now.accounts:
            account = now.accounts[0]
            words = _("From the account {account} that you have paid from. You sign with BankID.")
            said = words.format(account=account.masked)
            return Offer(scheme, label, said, button, known=account.digits[-4:])
        words = _("From your account. You sign with BankID.")
        return Offer(scheme, label, words, button, asks=True)
    if scheme == "avtalegiro":
        words = _("You agree in your bank, where everything is filled in. The bank may take weeks.")
        return Offer(scheme, "AvtaleGiro", words, _("Set up AvtaleGiro"))
    words = _("You approve in Vipps, and decide there how much can be drawn.")
    button = _("Pay automatically with {scheme}").format(scheme="Vipps")
    return Offer(scheme, "Vipps", words, button)


def _for_staff(view: InvoiceView, told: Autopay) -> Autopay:
    """What the customer reads, but for what only the customer can do; and what the role may."""
    if told.mode == Mode.OFFER:
        return Autopay()
    bare = replace(told, acts=(), go_url="", pdf_url="", sign_url="", code_url="", offers=[])
    return replace(bare, staff_acts=staff_acts(view, told.acts))


def _draws(view: InvoiceView) -> list[Draw]:
    if "draws" not in view.known:
        view.known["draws"] = draws_of(view.invoice.customer_id)
    found: list[PlannedDraw] = view.known["draws"]
    return [
        Draw(
            long_date(draw.draw_on, view.language),
            format_money(view.money(draw.amount_minor), view.language),
            draw.words or _("invoice {number}").format(number=draw.invoice_number),
        )
        for draw in found
    ]


def _pdf(view: InvoiceView, mandate: MandateFact) -> str:
    if not mandate.has_pdf:
        return ""
    return reverse("autopay_pdf", args=[view.invoice.public_id, mandate.public_id])


register(
    Panel(
        "invoice",
        NAME,
        "payments/mandates/_autopay.html",
        autopay,
        order=14,
        audience=INVOICE_STAFF | {CUSTOMER},
    )
)
