"""Builds what tests need, through the same actions that the product uses."""

import uuid
from datetime import date, timedelta
from itertools import count

from invoices import clock
from invoices.billers.models import Agreement, Biller, Membership, PayeeAccount, User
from invoices.billers.roles import Role
from invoices.customers.actions import CustomerDraft, register_customers
from invoices.customers.models import ContactPoint, Customer
from invoices.documents.actions import issue_invoice
from invoices.documents.amounts import LineDraft
from invoices.documents.drafts import InvoiceDraft
from invoices.documents.links.actions import make_link
from invoices.documents.links.levels import Channel, Level
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, SYSTEM
from payments.bankfiles.actions import Receipt, receive_file
from payments.formats import bgmax, camt, ocrgiro
from payments.matching.actions import match_file
from payments.providers.actions import Wish, connect_provider, start_payment
from payments.providers.models import PaymentIntent, ProviderAccount

_numbers = count(1)


def a_biller(slug: str = "fjordfiber", country: str = "NO") -> Biller:
    """A biller with one account and one agreement: KID in Norway, OCR level 3 in Sweden."""
    norwegian = country == "NO"
    biller = Biller.objects.create(
        slug=slug,
        name=slug.capitalize(),
        country=country,
        currency="NOK" if norwegian else "SEK",
        languages=["nb", "en"] if norwegian else ["sv", "en"],
    )
    number = next(_numbers)
    account = PayeeAccount.objects.create(
        biller=biller,
        kind="kontonr" if norwegian else "bankgiro",
        number=f"1503{number:07d}" if norwegian else f"991{number:05d}",
        iban=f"NO93{number:011d}" if norwegian else f"SE45{number:020d}",
    )
    Agreement.objects.create(
        biller=biller,
        account=account,
        scheme="kid" if norwegian else "ocr",
        lengths=[13] if norwegian else [],
        level=None if norwegian else 3,
        customer_digits=6 if norwegian else 0,
    )
    return biller


def a_customer(biller: Biller, name: str = "Anna Berg", number: str = "") -> Customer:
    """A customer of the biller, in the biller's language."""
    number = number or f"C{next(_numbers)}"
    draft = CustomerDraft(
        number,
        name,
        biller.language,
        contact_points=(("email", f"{number.lower()}@example.com"), ("phone", "+4790000000")),
    )
    pk, _ = register_customers([draft], biller=biller)[number]
    return Customer.objects.get(pk=pk)


def a_line(net_minor: int = 40_000, vat: int = 2500, text: str = "Fiber 500") -> LineDraft:
    """A line of 400 kr and 100 kr VAT, if nothing else is said."""
    return LineDraft(text, net_minor, vat)


def an_invoice(
    customer: Customer | None = None,
    *lines: LineDraft,
    due_in: int = 14,
    issued_on: date | None = None,
    reference: str = "",
) -> Invoice:
    """An invoice of 500 kr due in 14 days, if nothing else is said."""
    customer = customer or a_customer(a_biller())
    issued_on = issued_on or clock.today()
    draft = InvoiceDraft(
        customer_id=customer.pk,
        customer_no=customer.reference_no,
        issued_on=issued_on,
        due_on=max(clock.today() + timedelta(days=due_in), issued_on),
        lines=lines or (a_line(),),
        reference=reference,
    )
    return issue_invoice(draft, biller=customer.biller, actor=SYSTEM)


def a_link(
    invoice: Invoice,
    level: Level = Level.OWN,
    channel: Channel = Channel.EMAIL,
    contact_point: ContactPoint | None = None,
) -> str:
    """The path of a fresh secret link to the invoice: the customer's own, in an e-mail."""
    token = make_link(
        invoice, level=level, channel=channel, contact_point=contact_point, actor=SYSTEM
    )
    return f"/i/{token}"


def a_member(biller: Biller, role: Role = Role.AGENT, email: str = "") -> User:
    """A member of staff with a role at the biller; the password is 'password'."""
    user = User.objects.create_user(
        email or f"{role}{next(_numbers)}@example.com", "password", name=f"{role.label} Testsen"
    )
    Membership.objects.create(user=user, biller=biller, role=role)
    return user


def an_ocr_file(
    *payments: tuple[Invoice, int] | tuple[str, int], biller: Biller | None = None, number: int = 1
) -> bytes:
    """An OCR giro file with a payment (KID of an invoice or any text, minor units) per item.

    A negative amount is a reversal (type 18).
    """
    first = payments[0][0]
    biller = biller or (first.biller if isinstance(first, Invoice) else Biller.objects.get())
    account = PayeeAccount.objects.filter(biller=biller).get()
    return ocrgiro.write(
        ocrgiro.OcrFile(
            number=number,
            written_on=clock.today(),
            assignments=(
                ocrgiro.OcrAssignment(
                    account=account.number,
                    number=number,
                    payments=tuple(
                        ocrgiro.OcrPayment(
                            amount_minor=abs(amount),
                            booked_on=clock.today(),
                            kid=paid.reference if isinstance(paid, Invoice) else paid,
                            type_code="10" if amount > 0 else "18",
                        )
                        for paid, amount in payments
                    ),
                ),
            ),
        )
    )


def a_bgmax_file(biller: Biller, *payments: bgmax.BgPayment, number: int = 1) -> bytes:
    """A BgMax file with one deposit to the biller's bankgiro today."""
    section = bgmax.BgSection(
        bankgiro=PayeeAccount.objects.filter(biller=biller).get().number,
        booked_on=clock.today(),
        payments=payments,
        serial=number,
        currency=biller.currency,
    )
    return bgmax.write(bgmax.BgMaxFile(written_at=clock.now(), sections=(section,)))


def a_camt_file(
    biller: Biller, *payments: camt.CamtPayment, number: int = 1, reversal: bool = False
) -> bytes:
    """A camt.054 with one entry on the biller's account today."""
    entry = camt.CamtEntry(
        booked_on=clock.today(),
        payments=payments,
        servicer_ref=f"E{number}",
        currency=biller.currency,
        reversal=reversal,
    )
    iban = PayeeAccount.objects.filter(biller=biller).get().iban
    return camt.write(camt.CamtFile(message_id=f"M{number}", account=iban, entries=(entry,)))


def a_provider(biller: Biller, provider: str = "sandbox", **keys: object) -> ProviderAccount:
    """The biller's account at a provider: the sandbox, if nothing else is said."""
    keys = keys or {"secret": "a-secret"}
    return connect_provider(biller, provider, keys, live=False, actor=SYSTEM)


def a_payment(
    invoice: Invoice, amount_minor: int = 20_000, account: ProviderAccount | None = None
) -> PaymentIntent:
    """A payment the customer wants to make through a provider; the provider has not heard of it."""
    account = account or ProviderAccount.objects.filter(biller=invoice.biller).first()
    account = account or a_provider(invoice.biller)
    wish = Wish(amount_minor, uuid.uuid4(), PaymentIntent.By.CUSTOMER, "nb")
    return start_payment(invoice.pk, account, wish, actor=CUSTOMER)


def receive(biller: Biller, raw: bytes, name: str = "bank.txt") -> Receipt:
    """Receive a bank file and match it at once, as the worker would."""
    receipt = receive_file(biller, name, raw, actor=SYSTEM)
    match_file(receipt.file)
    return receipt
