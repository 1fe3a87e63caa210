"""Paid too much: it stands as credit, lowers the next invoice, and the rest is paid back."""

import re
import uuid

import pytest

from invoices.documents.queries import figures
from invoices.history.actors import BANK, CUSTOMER
from invoices.history.models import HistoryEntry
from invoices.ledger.codes import AccountKind
from invoices.ledger.queries import faults
from payments.refunds.actions import approve, ask
from payments.refunds.files.actions import make_file, take_answer
from payments.refunds.models import Refund
from tests.build import an_invoice
from tests.jobs import run_queue
from tests.payments.formats.test_pain import an_answer
from tests.payments.refunds.holding import HOME, Holding
from tests.payments.refunds.test_pages import customer, page

pytestmark = pytest.mark.django_db


def told(text: str) -> list[str]:
    found = re.findall(r'<p class="sentence">(.*?)</p>', text, re.DOTALL)
    return [re.sub(r"[ \n]+", " ", said).strip() for said in found]


def test_an_overpayment_lowers_the_next_invoice_and_the_rest_is_paid_back() -> None:
    holding = Holding(credit_minor=70_000)  # the same invoice was paid twice, and 200 kr more
    anna = customer(holding.invoice)
    assert "NOK\xa0700.00 stands as credit on your account" in anna.get(page(holding.invoice)).text

    invoice = an_invoice(holding.customer)
    run_queue("reactions")
    assert figures(invoice).left == 0
    anna = customer(invoice)
    text = anna.get(page(invoice)).text
    assert "NOK\xa0500.00 of the credit was used. The invoice is paid." in told(text)
    assert re.search(r'href="[^"]+/receipt/[^"]+"', text)

    ingrid, erik = holding.staff(), holding.staff()
    refund = ask(invoice.pk, 20_000, HOME, request_id=uuid.uuid4(), actor=CUSTOMER)
    approve(refund.pk, HOME, actor=ingrid)
    file = make_file(holding.biller, request_id=uuid.uuid4(), actor=erik)
    refund = Refund.objects.get()
    raw = an_answer((refund.end_to_end_id, "ACSC"))
    take_answer(holding.biller, raw.replace(b"NOTA-1-1", file.message_id.encode()), actor=BANK)

    said = told(anna.get(page(invoice)).text)
    assert said[:4] == [
        "NOK\xa0200.00 is paid back.",
        "NOK\xa0200.00 is on its way back to you.",
        "Paying back NOK\xa0200.00 is approved. It goes with the next file to the bank.",
        "NOK\xa0200.00 of the credit is asked to be paid back.",
    ]
    assert (holding.held, holding.on(AccountKind.PAYOUT)) == (0, 0)
    assert holding.on(AccountKind.BANK) == 100_000
    assert HistoryEntry.objects.filter(kind="payout.answered").count() == 1
    assert faults() == []
