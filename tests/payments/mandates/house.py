"""Billers with direct debit, customers who want it, and the banks' side of it."""

import uuid
from dataclasses import replace

from django.test import Client

from invoices import clock
from invoices.billers.models import Biller, PayeeAccount
from invoices.documents.links.levels import Channel, Level
from invoices.documents.models import Invoice
from invoices.history.actors import BANK, CUSTOMER, SYSTEM
from payments.bankfiles.actions import receive_file
from payments.bankfiles.models import BankFile
from payments.formats import ocrgiro
from payments.formats.autogiro import bank
from payments.formats.avtalegiro_register import Mandate as Registered
from payments.formats.avtalegiro_register import Register
from payments.mandates import actions
from payments.mandates.actions import Consent
from payments.mandates.answers.actions import follow_file
from payments.mandates.models import Mandate
from payments.mandates.orders.actions import write_orders
from payments.mandates.queries import wording_of
from payments.mandates.signing import actions as signing
from payments.mandates.signing.actions import Where
from payments.schemes.actions import connect_scheme
from payments.schemes.bankid import Collected, Order, Seen
from payments.schemes.models import SchemeAccount
from tests.build import a_biller, a_customer, a_link, an_invoice

SEAL_KEY = "1234567890ABCDEF1234567890ABCDEF"
PERSONAL_NUMBER = "198112289874"
ACCOUNT = "6000000918000009"  # Handelsbanken
WHERE = Where(ip="192.0.2.7", user_agent="a phone", link_id=None, level="own")


def with_direct_debit(
    biller: Biller,
    *,
    simulators: str = "http://127.0.0.1:9",
    vipps: dict[str, object] | None = None,
) -> SchemeAccount:
    """Let the biller offer its country's schemes; the first of them."""
    payee = PayeeAccount.objects.get(biller=biller)
    keys: dict[str, dict[str, object]] = {
        "autogiro": {
            "bankid": {
                "base_url": f"{simulators}/bankid/rp/v6.0",
                "app_url": f"{simulators}/bankid/app",
            },
            "seal_key": SEAL_KEY,
        },
        "avtalegiro": {"url": f"{simulators}/agreements/page", "secret": "a-secret"},
    }
    scheme = "autogiro" if biller.country == "SE" else "avtalegiro"
    if vipps:
        connect_scheme(biller, "vipps", vipps, payee=payee, live=False, actor=SYSTEM)
    return connect_scheme(
        biller, scheme, keys[scheme], payee=payee, sender="471117", live=False, actor=SYSTEM
    )


def a_swede() -> Invoice:
    """An invoice of a Swedish biller that offers Autogiro."""
    biller = a_biller("norrsken", "SE")
    with_direct_debit(biller)
    return an_invoice(a_customer(biller, "Åsa Lund"))


def a_norwegian() -> Invoice:
    """An invoice of a Norwegian biller that offers AvtaleGiro."""
    biller = a_biller()
    with_direct_debit(biller)
    return an_invoice(a_customer(biller, "Anna Berg"))


def consent(invoice: Invoice | None = None, **given: object) -> Consent:
    """A yes from the customer's own link."""
    said = Consent(
        request_id=uuid.uuid4(),
        language="sv",
        level="own",
        invoice_id=invoice.pk if invoice else None,
        ip="192.0.2.7",
        user_agent="a phone",
    )
    return replace(said, **given)  # type: ignore[arg-type]


def enrolled(invoice: Invoice, scheme: str = "", **given: object) -> Mandate:
    """What the customer wants, not proved yet."""
    scheme = scheme or ("autogiro" if invoice.biller.country == "SE" else "avtalegiro")
    if scheme == "autogiro":
        given.setdefault("payer_account", ACCOUNT)
    return actions.enroll(invoice.customer_id, scheme, consent(invoice, **given), actor=CUSTOMER)


def signed(mandate: Mandate) -> Mandate:
    """Signed with BankID, without asking one."""
    said = wording_of(mandate)
    tried = signing.begin_signing(mandate.pk, said=said, pdf=b"%PDF-1", where=WHERE, actor=SYSTEM)
    signing.note_started(tried.pk, Order("ref", "auto", "token", "secret"), actor=SYSTEM)
    signing.note_collected(tried.pk, completed(), actor=SYSTEM)
    return fresh(mandate)


def completed() -> Collected:
    """What BankID answers in the end."""
    return Collected(
        Seen.COMPLETE,
        personal_number=PERSONAL_NUMBER,
        name="Åsa Lund",
        signature="c2lnbmVk",
        ocsp_response="Z29vZA==",
    )


def pending(invoice: Invoice, scheme: str = "", **given: object) -> Mandate:
    """With the bank: signed (Sweden), or handed over (Norway)."""
    mandate = enrolled(invoice, scheme, **given)
    if mandate.scheme == "autogiro":
        return signed(mandate)
    return actions.note_handed_over(
        mandate.pk, url="https://bank.example/", waits=True, actor=SYSTEM
    )


def active(invoice: Invoice, scheme: str = "", **given: object) -> Mandate:
    """In force."""
    return actions.activate(pending(invoice, scheme, **given).pk, actor=BANK)


def fresh(mandate: Mandate) -> Mandate:
    """As it stands now."""
    return Mandate.objects.select_related("biller", "customer", "payee").get(pk=mandate.pk)


def sent_orders(biller: Biller) -> bytes:
    """The file for Bankgirot with all that waits."""
    (file,) = write_orders(biller.pk, actor=SYSTEM)
    return file.raw


def received(biller: Biller, raw: bytes, name: str = "bank.txt") -> BankFile:
    """A bank's file, taken in and followed, as the worker would."""
    file = receive_file(biller, name, raw, actor=BANK).file
    follow_file(file.pk)
    return file


def a_browser(invoice: Invoice, level: Level = Level.OWN, language: str = "en") -> Client:
    """A browser in which the customer's link was opened."""
    client = Client()
    channel = Channel.SHARED if level == Level.PAY_ONLY else Channel.EMAIL
    client.get(a_link(invoice, level, channel))
    client.cookies["nota_language"] = language
    return client


def answers(biller: Biller, *lines: bank.MandateLine, old: bool = False) -> bytes:
    """Bankgirot's answers on mandates (TK73), in the new layout or the old."""
    return bank.write_mandates(head(biller), lines, old=old)


def signups(biller: Biller, *lines: bank.SignupLine) -> bytes:
    """Mandates that payers ask for in internet banks (TK52)."""
    return bank.write_signups(head(biller), lines)


def head(biller: Biller) -> bank.Head:
    """Who a file of Bankgirot is to."""
    return bank.Head(471117, PayeeAccount.objects.get(biller=biller).number, clock.today())


def register(biller: Biller, *mandates: Registered, number: int = 1) -> bytes:
    """The FBO register: a full listing, or changes."""
    account = PayeeAccount.objects.get(biller=biller).number
    return ocrgiro.write(
        ocrgiro.OcrFile(
            number=number,
            written_on=clock.today(),
            assignments=(),
            registers=(Register(account, number, mandates),),
        )
    )
