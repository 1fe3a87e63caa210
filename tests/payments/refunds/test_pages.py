"""Credit on the pages: used, asked back with a code, approved by other eyes, fetched as a file."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from invoices.billers.models import Membership, User
from invoices.billers.roles import Role
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.history.actors import SYSTEM
from invoices.ledger.codes import Code
from invoices.ledger.models import Transfer
from payments.matching.models import Waiting
from payments.refunds.credit.actions import take_back_use
from payments.refunds.models import PayoutFile, Refund
from tests.build import a_link, a_member, an_invoice, an_ocr_file, receive
from tests.payments.formats.test_pain import an_answer
from tests.payments.refunds.holding import Holding, state
from tests.people import Actor, link_behind, opener, proved

pytestmark = pytest.mark.django_db


@pytest.fixture
def holding() -> Holding:
    return Holding()


def customer(invoice: Invoice, *, code: bool = True) -> Client:
    link = a_link(invoice)
    actor = opener("anna", link)
    client = (proved(actor, link_behind(link)) if code else actor).client()
    client.cookies["nota_language"] = "en"
    return client


def finance(holding: Holding, role: Role = Role.FINANCE) -> Client:
    client = Actor("finance", a_member(holding.biller, role)).client()
    client.cookies["nota_language"] = "en"
    return client


def page(invoice: Invoice, step: str = "") -> str:
    return f"/invoice/{invoice.public_id}/{step}"


def desk(holding: Holding, step: str = "") -> str:
    return f"/staff/{holding.biller.slug}/refunds/{step}"


def request_id(text: str) -> str:
    return str(re.findall(r'name="(?:credit-)?request_id" value="([^"]+)"', text)[0])


def panel(client: Client, path: str) -> str:
    found = re.search(r'<section id="panel-credit".*?</section>', client.get(path).text, re.DOTALL)
    return found[0] if found else ""


def test_an_invoice_without_credit_says_nothing_of_it() -> None:
    invoice = an_invoice()

    assert "hidden" in panel(customer(invoice), page(invoice))


def test_credit_stands_on_the_page_and_is_used_in_part(holding: Holding) -> None:
    invoice = an_invoice(holding.customer)
    anna = customer(invoice, code=False)
    assert "NOK\xa0200.00 stands as credit on your account" in panel(anna, page(invoice))
    form = anna.get(page(invoice, "credit/use/")).text
    sent = {"credit-request_id": request_id(form), "credit-amount": "150"}

    for _ in range(2):
        done = anna.post(page(invoice, "credit/use/"), sent)
        assert (done.status_code, done["Location"]) == (303, f"{page(invoice)}#panel-credit")

    assert figures(invoice).left == 35_000
    text = anna.get(page(invoice)).text
    assert "NOK\xa0150.00 of the credit was used" in text
    assert "NOK\xa050.00 stands as credit" in text
    (receipt,) = re.findall(r'href="([^"]+/receipt/[^"]+)"', text)
    assert anna.head(receipt).status_code == 200
    assert anna.get(receipt).content.startswith(b"%PDF")

    used = Transfer.objects.get(code=Code.CREDIT_USED)
    take_back_use(invoice.pk, used.pk, actor=SYSTEM)
    assert "/receipt/" not in anna.get(page(invoice)).text
    assert anna.get(receipt).status_code == 404


def test_more_than_there_is_cannot_be_used(holding: Holding) -> None:
    invoice = an_invoice(holding.customer)
    anna = customer(invoice)
    form = anna.get(page(invoice, "credit/use/")).text

    refused = anna.post(
        page(invoice, "credit/use/"),
        {"credit-request_id": request_id(form), "credit-amount": "200,01"},
    )

    assert refused.status_code == 422
    assert "That is more than there is" in refused.text


def test_paying_back_takes_a_code_and_leads_back_to_it(holding: Holding) -> None:
    anna = customer(holding.invoice, code=False)

    led = anna.get(page(holding.invoice, "credit/back/"))

    assert (led.status_code, led["Location"].split("?")[1]) == (302, "next=credit")


def ask_back(holding: Holding, anna: Client, **fields: str) -> object:
    form = anna.get(page(holding.invoice, "credit/back/")).text
    sent = {"request_id": request_id(form), "amount": "200", "number": "8601 11 17947"} | fields
    return anna.post(
        page(holding.invoice, "credit/back/"),
        {f"credit-{name}": value for name, value in sent.items()},
    )


def test_a_customer_asks_for_it_changes_the_account_and_keeps_it(holding: Holding) -> None:
    anna = customer(holding.invoice)

    ask_back(holding, anna)

    refund = Refund.objects.get()
    said = panel(anna, page(holding.invoice))
    assert "All of it is asked to be paid back" in said
    assert "…7947" in said
    assert "86011117947" not in said
    back = page(holding.invoice, f"credit/back/{refund.public_id}/")
    wrong = anna.post(f"{back}account/", {"credit-number": "12345678901"})
    assert wrong.status_code == 422
    anna.post(f"{back}account/", {"credit-number": "12340012346"})
    assert Refund.objects.get().number == "12340012346"
    anna.post(f"{back}keep/")
    assert state(refund) == "withdrawn"
    assert "It lowers the next invoice" in panel(anna, page(holding.invoice))


@pytest.mark.parametrize(
    "wrong", [{"number": "8601 11 17948"}, {"amount": "200.01"}, {"number": ""}]
)
def test_what_cannot_be_paid_back_is_refused(holding: Holding, wrong: dict[str, str]) -> None:
    refused = ask_back(holding, customer(holding.invoice), **wrong)

    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert not Refund.objects.exists()


def test_in_sweden_a_bankgiro_or_an_account_with_clearing() -> None:
    holding = Holding(country="SE")
    anna = customer(holding.invoice)

    refused = ask_back(holding, anna, pay_to="account", number="1234565")
    assert "clearing number has 4 digits" in refused.text  # type: ignore[attr-defined]
    ask_back(holding, anna, pay_to="account", number="1234565", clearing="5011")

    assert Refund.objects.get().destination.shown == "5011, 1234565"


def test_four_eyes_at_the_desk_and_a_file_for_the_bank(holding: Holding) -> None:
    ingrid, erik = finance(holding), finance(holding, Role.ADMIN)
    invoice = f"/staff/{holding.biller.slug}/invoice/{holding.invoice.public_id}/credit/back/"
    form = ingrid.get(invoice).text
    ingrid.post(
        invoice,
        {
            "credit-request_id": request_id(form),
            "credit-amount": "200",
            "credit-number": "86011117947",
        },
    )
    one = desk(holding, f"{Refund.objects.get().public_id}/")
    approval = {"do": "approve", "pay_to": "kontonr", "number": "86011117947", "clearing": ""}

    assert "somebody else has to approve it" in ingrid.get(one).text
    refused = ingrid.post(one, approval)
    assert refused.status_code == 422
    assert "somebody else has to approve it" in refused.text
    assert erik.post(one, approval).status_code == 303
    overview = ingrid.get(desk(holding)).text
    ingrid.post(desk(holding, "file/"), {"request_id": request_id(overview)})

    file = PayoutFile.objects.get()
    fetched = ingrid.get(desk(holding, f"file/{file.public_id}/"))
    assert fetched["Content-Type"] == "application/xml"
    assert b"86011117947" in fetched.content
    assert state(Refund.objects.get()) == "in_file"
    raw = an_answer((Refund.objects.get().end_to_end_id, "ACSC"))
    raw = raw.replace(b"NOTA-1-1", file.message_id.encode())
    taken = ingrid.post(
        desk(holding, "answer/"), {"file": SimpleUploadedFile("a.xml", raw)}, follow=True
    )
    assert "Paid: 1, refused: 0" in taken.text
    anna = customer(holding.invoice)
    assert "NOK\xa0200.00 is paid back." in anna.get(page(holding.invoice)).text


def test_what_came_back_is_chosen_among_what_waits(holding: Holding) -> None:
    erik = finance(holding)
    refund = holding.approved()
    erik.post(desk(holding, "file/"), {"request_id": str(uuid.uuid4())})
    one = desk(holding, f"{refund.public_id}/")
    erik.post(one, {"do": "paid"})
    receive(holding.biller, an_ocr_file(("999", 20_000), biller=holding.biller, number=5))
    assert "As the payment of" in erik.get(one).text

    assert erik.post(one, {"do": "returned"}).status_code == 422
    erik.post(one, {"do": "returned", "line": str(Waiting.objects.get().pk)})

    assert (state(refund), holding.held) == ("returned", 20_000)


@pytest.mark.parametrize("do", ["", "refuse", "paid", "failed", "approve"])
def test_what_cannot_be_done_says_why(holding: Holding, do: str) -> None:
    refund = holding.asks()

    answer = finance(holding).post(desk(holding, f"{refund.public_id}/"), {"do": do})

    assert answer.status_code == 422
    assert state(refund) == "asked"


@pytest.mark.parametrize("raw", [b"", b"<x/>", an_answer(("A", "ACSC"))])
def test_a_file_that_is_no_answer_of_ours_changes_nothing(holding: Holding, raw: bytes) -> None:
    upload = {"file": SimpleUploadedFile("a.xml", raw)} if raw else {}

    said = finance(holding).post(desk(holding, "answer/"), upload, follow=True)

    assert re.search(r"Choose a file|Nothing was changed|well-formed", said.text)


def test_used_credit_is_put_back_by_finance(holding: Holding) -> None:
    invoice = an_invoice(holding.customer)
    erik = finance(holding)
    below = f"/staff/{holding.biller.slug}/invoice/{invoice.public_id}/"
    form = erik.get(f"{below}credit/use/").text
    erik.post(
        f"{below}credit/use/", {"credit-request_id": request_id(form), "credit-amount": "200"}
    )
    (used,) = re.findall(r'name="used" value="(\d+)"', erik.get(below).text)

    erik.post(f"{below}credit/unuse/", {"used": used})

    assert (figures(invoice).left, holding.held) == (50_000, 20_000)


def test_agents_see_credit_and_do_nothing_with_it(holding: Holding) -> None:
    agent = finance(holding, Role.AGENT)
    below = f"/staff/{holding.biller.slug}/invoice/{holding.invoice.public_id}/"

    said = panel(agent, below)

    assert "stands as credit" in said
    assert "href" not in said
    for path in (f"{below}credit/use/", f"{below}credit/back/", desk(holding)):
        assert agent.get(path).status_code == 404


def test_a_stranger_touches_no_payback(holding: Holding) -> None:
    refund, other = holding.asks(), Holding()
    bo, dag = customer(other.invoice), finance(other)

    keep = page(other.invoice, f"credit/back/{refund.public_id}/keep/")
    assert bo.post(keep).status_code == 404
    assert dag.get(desk(other, f"{refund.public_id}/")).status_code == 404
    assert dag.get(desk(holding, f"{refund.public_id}/")).status_code == 404
    assert state(refund) == "asked"
    assert Membership.objects.count() == User.objects.count()
