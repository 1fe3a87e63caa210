"""Direct debit in the demo: which schemes are offered, and the bank's side of mandates."""

import secrets
import uuid
from datetime import timedelta

from config.demo.memory import Memory
from config.demo.seed import morning
from invoices import clock
from invoices.billers.models import Biller, PayeeAccount
from invoices.customers.models import Customer
from invoices.documents.models import Invoice
from invoices.documents.references import mod10
from invoices.history.actors import BANK, CUSTOMER, SYSTEM
from payments.bankfiles.actions import receive_file
from payments.bankfiles.models import BankFile
from payments.formats import ocrgiro
from payments.formats.autogiro import bank, orders
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
from payments.mandates.states import MandateState
from payments.matching.models import Match, PayerAccount
from payments.outgoing.models import OutgoingFile
from payments.providers.models import ProviderAccount
from payments.providers.seal import unseal
from payments.schemes.actions import connect_scheme
from payments.schemes.bankid import Collected, Order, Seen
from payments.schemes.models import SchemeAccount

OFFERED = {"fjordfiber": ("avtalegiro", "vipps"), "mobilo": ("autogiro",)}
SENDERS = {"fjordfiber": "00471117", "mobilo": "471117"}
SEEDED_ACCOUNT = "6000000918000009"
KNOWN_ACCOUNT = "SE4550000000058398257466"  # what the customer at the phone has paid from
SEEDED_PERSON = "198112289874"


def offer_schemes(memory: Memory, simulators: str) -> list[dict[str, str]]:
    """Connect every biller with its schemes; the accounts of the bank's agreement page."""
    pages = []
    for slug, schemes in OFFERED.items():
        biller = Biller.objects.get(slug=slug)
        for scheme in schemes:
            keys = _keys(memory, biller, scheme, simulators)
            if keys is None:
                continue
            _connected(biller, scheme, keys)
            if scheme == "avtalegiro":
                pages.append({"secret": str(keys["secret"])})
    return pages


def _keys(memory: Memory, biller: Biller, scheme: str, simulators: str) -> dict[str, object] | None:
    if scheme == "vipps":  # the same sales unit as for single payments
        account = ProviderAccount.objects.filter(biller=biller, provider="vipps").first()
        return unseal(account.sealed) if account else None
    kept = memory.keys.setdefault(f"{biller.slug}:{scheme}", {})
    secret = kept.setdefault("secret", secrets.token_hex(16))
    if scheme == "avtalegiro":
        return {"url": f"{simulators}/agreements/page", "secret": secret}
    bankid = {
        "base_url": f"{simulators}/bankid/rp/v6.0",
        "app_url": f"{simulators}/bankid/app",
    }
    return {"bankid": bankid, "seal_key": secret}


def _connected(biller: Biller, scheme: str, keys: dict[str, object]) -> None:
    """With these keys, connected anew only where they are others."""
    account = SchemeAccount.objects.filter(biller=biller, scheme=scheme).first()
    if account is None or unseal(account.sealed) != keys:
        connect_scheme(
            biller,
            scheme,
            keys,
            payee=PayeeAccount.objects.get(biller=biller),
            sender=SENDERS[biller.slug] if scheme != "vipps" else "",
            live=False,
            actor=SYSTEM,
        )


def seed_debits(memory: Memory) -> None:
    """One customer of each biller has automatic payment, and the account of the customer at the
    Swedish phone is known from an earlier payment: once, and only where nobody has any."""
    if memory.keys.get("debits") or Mandate.objects.exists():
        return
    memory.keys["debits"] = {"seeded": "yes"}
    for slug in OFFERED:
        biller = Biller.objects.get(slug=slug)
        customers = list(Customer.objects.filter(biller=biller).order_by("pk")[:3])
        if len(customers) < 3:
            continue
        first, _second, third = customers
        newest = Invoice.objects.filter(customer=third).order_by("-pk").first()
        with clock.standing_at(morning(clock.today() - timedelta(days=1), hour=11)):
            _seed_mandate(biller, third, newest)
        match = Match.objects.filter(invoice__customer=first).order_by("pk").first()
        if biller.country == Biller.Country.SE and match is not None:
            PayerAccount.objects.get_or_create(
                biller=biller,
                customer=first,
                account=KNOWN_ACCOUNT,
                defaults={"line_id": match.line_id},
            )


def _seed_mandate(biller: Biller, customer: Customer, invoice: Invoice | None) -> None:
    """Let a customer have automatic payment, by the same road as everybody."""
    swedish = biller.country == Biller.Country.SE
    consent = Consent(
        request_id=uuid.uuid4(),
        language=customer.language,
        level="own",
        invoice_id=invoice.pk if invoice else None,
        ip="192.0.2.7",
        user_agent="Demo",
        payer_account=SEEDED_ACCOUNT if swedish else "",
    )
    scheme = "autogiro" if swedish else "avtalegiro"
    mandate = actions.enroll(customer.pk, scheme, consent, actor=CUSTOMER)
    if swedish:
        _sign(mandate)
        write_orders(biller.pk, actor=SYSTEM)
    else:
        actions.note_handed_over(mandate.pk, url="", waits=True, actor=SYSTEM)
    for file in bank_answers(biller):
        follow_file(file.pk)


def _sign(mandate: Mandate) -> None:
    said = wording_of(mandate)
    where = Where(ip="192.0.2.7", user_agent="Demo", link_id=None, level="own")
    tried = signing.begin_signing(mandate.pk, said=said, pdf=b"", where=where, actor=SYSTEM)
    started = Order(str(uuid.uuid4()), "", "", secrets.token_hex(8))
    signing.note_started(tried.pk, started, actor=SYSTEM)
    done = Collected(Seen.COMPLETE, personal_number=SEEDED_PERSON, signature="-", ocsp_response="-")
    signing.note_collected(tried.pk, done, actor=SYSTEM)


def bank_answers(biller: Biller) -> list[BankFile]:
    """The bank says yes to all mandates that wait for it, in a file of its own; [] for none.

    What we ask Bankgirot for is written first, if the day's file was not; then read as Bankgirot
    reads it. The file takes the same road as a real one.
    """
    if biller.country == Biller.Country.NO:
        raw, name = _register(biller), f"FBO.D{clock.today():%d%m%y}.{_number(biller):03d}"
    else:
        write_orders(biller.pk, actor=SYSTEM)
        raw, name = _advice(biller), f"AGMEDAVI{clock.today():%Y%m%d}-{_number(biller):03d}.txt"
    return [receive_file(biller, name, raw, actor=BANK).file] if raw else []


def _number(biller: Biller) -> int:
    return BankFile.objects.filter(biller=biller).count() + 1


def _register(biller: Biller) -> bytes:
    """Single changes: what waits is agreed on, what the customer has stopped is deleted."""
    states = [MandateState.REQUESTED, MandateState.PENDING]
    asked = Mandate.objects.filter(biller=biller, scheme="avtalegiro", state__in=states)
    registered = tuple(
        Registered(_kid(each), notice=each.wants_notice)
        for each in asked.select_related("customer")
    )
    if not registered:
        return b""
    account = PayeeAccount.objects.get(biller=biller).number
    number = _number(biller)
    return ocrgiro.write(
        ocrgiro.OcrFile(
            number=number,
            written_on=clock.today(),
            assignments=(),
            registers=(Register(account, number, registered),),
        )
    )


def _kid(mandate: Mandate) -> str:
    """The KID of an invoice of the customer, or one as the bank would make it up."""
    newest = Invoice.objects.filter(customer=mandate.customer).order_by("-pk").first()
    if newest is not None:
        return newest.reference
    body = mandate.payer_number + "000000"
    return body + mod10(body)


def _advice(biller: Biller) -> bytes:
    """TK73 for every order of the files that nobody has answered: yes to new ones, and the end."""
    account = SchemeAccount.objects.get(biller=biller, scheme="autogiro")
    key = bytes.fromhex(str(unseal(account.sealed)["seal_key"]))
    waiting = [MandateState.PENDING, MandateState.STOPPED]
    open_ones = {
        each.payer_number: each
        for each in Mandate.objects.filter(biller=biller, scheme="autogiro", state__in=waiting)
    }
    lines = {}
    since = clock.now() - timedelta(days=60)
    files = OutgoingFile.objects.filter(
        biller=biller, scheme="autogiro", kind=OutgoingFile.Kind.MANDATES, created_at__gte=since
    )
    for file in files.order_by("pk"):
        for order in orders.read(file.raw, key).mandates:
            number = order.payer_number
            mandate = open_ones.get(number)
            if mandate is None:
                continue
            ends = isinstance(order, orders.EndMandate)
            if ends == (mandate.state == MandateState.STOPPED):
                comment, info = ("33", "03") if ends else ("32", "04")
                lines[number] = bank.MandateLine(number, comment, info=info)
    if not lines:
        return b""
    head = bank.Head(int(account.sender), account.payee.number, clock.today())
    return bank.write_mandates(head, tuple(lines.values()))
