"""The demo's bank draws: it answers our files with its own, on the day, or says no."""

from typing import Final

import httpx

from invoices import clock
from invoices.billers.models import PayeeAccount
from invoices.documents.models import Invoice
from invoices.history.actors import BANK
from payments.bankfiles.actions import receive_file
from payments.bankfiles.models import BankFile
from payments.claims.charging import work as charging
from payments.claims.models import Claim
from payments.claims.states import IN_FLIGHT, LIVE
from payments.claims.tasks import run_round
from payments.formats import ocrgiro
from payments.formats.autogiro.bank import (
    Head,
    PaymentLine,
    PaymentSection,
    write_specification,
)
from payments.providers.seal import unseal
from payments.schemes.queries import scheme_account

DRAWN, FAILED = "drawn", "failed"
NO_COVER: Final = "1"
LONGEST_WAIT_DAYS: Final = 60


def next_draw(invoice: Invoice) -> Claim | None:
    """The next draw of the invoice, planned or under way."""
    live = Claim.objects.filter(invoice=invoice, state__in=sorted(LIVE))
    return live.select_related("mandate", "biller").order_by("draw_on", "pk").first()


def let_bank(claim: Claim, what: str) -> None:
    """Let it become the day of the draw, with all that happens before by the clock, and the bank
    answer. AvtaleGiro tells of no failure: there the bank stays silent until that is the answer.
    """
    for _ in range(LONGEST_WAIT_DAYS):
        run_round()
        claim.refresh_from_db()
        if claim.state not in LIVE or (claim.state in IN_FLIGHT and _is_due(claim)):
            break
        clock.move(1)
    if claim.state not in IN_FLIGHT:
        return
    if claim.scheme == "vipps":
        _let_vipps(claim, what)
    elif claim.scheme == "autogiro":
        code = "0" if what == DRAWN else NO_COVER
        _receive(claim, f"AUTOGIRO.BET.{clock.today():%Y%m%d}.txt", _specification(claim, code))
    elif what == DRAWN:
        _receive(claim, f"OCR.AVTALEGIRO.{clock.today():%d%m%y}", _ocr(claim))
    else:
        while clock.today() <= claim.answer_by:
            clock.move(1)
        run_round()


def _let_vipps(claim: Claim, what: str) -> None:
    """Vipps is played in a process of its own, which is told what becomes of the charge."""
    charging.look(claim.pk)
    account = scheme_account(claim.biller_id, claim.scheme)
    assert account is not None, "it was asked for under an agreement"
    url = f"{unseal(account.sealed)['base_url']}/play/{charging.charge_of(claim).reference}"
    httpx.post(url, data={"what": "draw" if what == DRAWN else "fail"}, timeout=5)
    charging.look(claim.pk)


def _is_due(claim: Claim) -> bool:
    return clock.today() >= claim.draw_on


def _receive(claim: Claim, name: str, raw: bytes) -> None:
    receive_file(claim.biller, name, raw, actor=BANK)


def _specification(claim: Claim, code: str) -> bytes:
    account = scheme_account(claim.biller_id, claim.scheme)
    assert account is not None, "it was sent under an agreement"
    line = PaymentLine(
        claim.mandate.payer_number,
        claim.amount_minor,
        claim.sent_on or claim.draw_on,
        claim.reference,
        code,
    )
    today = clock.today()
    section = PaymentSection(today, (line,), serial=_number(claim))
    return write_specification(Head(int(account.sender), account.payee.number, today), [section])


def _ocr(claim: Claim) -> bytes:
    number = _number(claim)
    paid = ocrgiro.OcrPayment(
        claim.amount_minor,
        clock.today(),
        kid=claim.reference,
        type_code="15",
        archive_ref=number * 1000,
    )
    payee = PayeeAccount.objects.get(pk=claim.mandate.payee_id)
    assignment = ocrgiro.OcrAssignment(payee.number, number, (paid,))
    return ocrgiro.write(ocrgiro.OcrFile(number, clock.today(), (assignment,)))


def _number(claim: Claim) -> int:
    return BankFile.objects.filter(biller_id=claim.biller_id).count() + 1
