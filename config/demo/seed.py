"""The demo's house: two billers with staff, customers and three months that have happened."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from config.demo.bank import Paid, bank_file
from config.demo.credit import pay_back, say
from config.demo.memory import Memory
from config.demo.replies import set_up_inbox
from config.demo.waiting import let_wait
from invoices import clock
from invoices.billers.models import Agreement, Biller, Membership, PayeeAccount, User
from invoices.billers.roles import Role
from invoices.customers.actions import CustomerDraft, register_customers
from invoices.documents.actions import (
    charge_invoice,
    credit_invoice,
    issue_invoice,
    move_due_date,
)
from invoices.documents.amounts import LineDraft
from invoices.documents.drafts import InvoiceDraft
from invoices.documents.links.actions import make_link
from invoices.documents.links.levels import Channel
from invoices.documents.models import Invoice
from invoices.history.actors import BANK, SYSTEM, Actor, staff
from payments.bankfiles.actions import receive_file
from payments.matching.actions import match_file

STAFF = {
    "agent": (Role.AGENT, "Marte Solberg"),
    "marketer": (Role.MARKETER, "Jonas Ek"),
    "finance": (Role.FINANCE, "Ingrid Dahl"),
    "admin": (Role.ADMIN, "Erik Nyman"),
}


@dataclass(frozen=True)
class Words:
    """What a biller's lines are called in its own language."""

    months: tuple[str, str, str]
    month: str
    fiber: str
    tv: str
    wifi: str
    wifi_detail: str
    setup: str
    late_engineer: str
    moved: str
    charged: str


NORWEGIAN = Words(
    ("september", "oktober", "november"),
    "1.–{last}. {name}",
    "Fiber 500",
    "TV Basis",
    "Ekstra wifi-punkt",
    "nytt denne måneden",
    "Etablering",
    "Montøren kom en dag for sent",
    "Avtalt på telefon",
    "Byttet ruter",
)
SWEDISH = Words(
    ("september", "oktober", "november"),
    "1–{last} {name}",
    "Bredband 500",
    "TV Bas",
    "Extra wifi-punkt",
    "ny den här månaden",
    "Startavgift",
    "Teknikern kom en dag för sent",
    "Överenskommet på telefon",
    "Bytt router",
)

NORWEGIANS = (
    ("Lina Haugen", "nb"),
    ("Omar Haddad", "nb"),
    ("Sara Lunde", "nb"),
    ("Eva Nygård", "en"),
    ("Håkon Vik", "nb"),
    ("Borettslaget Solsiden", "nb"),
)
SWEDES = (
    ("Lina Berg", "sv"),
    ("Omar Karimi", "sv"),
    ("Åsa Lund", "sv"),
    ("Eva Nyström", "en"),
    ("Per Öberg", "sv"),
    ("Brf Solgläntan", "sv"),
)


def seed(memory: Memory) -> None:
    """Fill an empty house through the product's own actions; a house that is not empty is left."""
    if Biller.objects.exists():
        return
    people = _staff(memory)
    for biller, words, names in (
        (_fjordfiber(), NORWEGIAN, NORWEGIANS),
        (_mobilo(), SWEDISH, SWEDES),
    ):
        for key, (role, _name) in STAFF.items():
            Membership.objects.create(user=people[key], biller=biller, role=role)
        memory.tokens[biller.slug] = _months(biller, words, names, people)


def _staff(memory: Memory) -> dict[str, User]:
    people = {}
    for key, (role, name) in STAFF.items():
        email = f"{key}@nota.example"
        password = memory.passwords[email] = f"{key}-{secrets.token_hex(6)}"
        is_admin = role == Role.ADMIN
        people[key] = User.objects.create_user(
            email, password, name=name, is_staff=is_admin, is_superuser=is_admin
        )
    return people


def _fjordfiber() -> Biller:
    biller = Biller.objects.create(
        slug="fjordfiber",
        name="Fjordfiber",
        country="NO",
        currency="NOK",
        org_no="999888777",
        brand_colour="#0b5d4e",
        languages=["nb", "sv", "en"],
        support_email="hjelp@fjordfiber.example",
        support_phone="+47 22 00 00 00",
        next_invoice_no=20_401,
        next_customer_no=9_801,
    )
    account = PayeeAccount.objects.create(
        biller=biller, kind="kontonr", number="97104207336", iban="NO4397104207336"
    )
    Agreement.objects.create(
        biller=biller, account=account, scheme="kid", lengths=[13], customer_digits=6
    )
    return biller


def _mobilo() -> Biller:
    biller = Biller.objects.create(
        slug="mobilo",
        name="Mobilo",
        country="SE",
        currency="SEK",
        org_no="5560000000",
        brand_colour="#4b2ea8",
        languages=["sv", "nb", "en"],
        support_email="hjalp@mobilo.example",
        swish_number="1231181189",
        support_phone="+46 8 00 00 00",
        next_invoice_no=60_101,
        next_customer_no=4_501,
    )
    account = PayeeAccount.objects.create(biller=biller, kind="bankgiro", number="9912346")
    Agreement.objects.create(
        biller=biller, account=account, scheme="ocr", level=3, next_serial=880_001
    )
    return biller


def _months(
    biller: Biller, words: Words, names: tuple[tuple[str, str], ...], people: dict[str, User]
) -> str:
    """Three invoices each, as they went; returns the token of the first customer's newest."""
    agent = staff(people["agent"].pk)
    customers = _customers(biller, names)
    today = clock.today()
    for month, issued_ago in ((0, 69), (1, 39)):
        with clock.standing_at(morning(today - timedelta(days=issued_ago))):
            invoices = [_issue(biller, words, month, *customer) for customer in customers]
        with clock.standing_at(morning(today - timedelta(days=issued_ago - 12), hour=9)):
            # The last but one forgot October.
            payers = [i for place, i in enumerate(invoices) if month == 0 or place != 4]
            _pay(biller, [(i.reference, i.total_minor, "") for i in payers])
    with clock.standing_at(morning(today - timedelta(days=8))):
        newest = [_issue(biller, words, 2, *customer) for customer in customers]
        token = make_link(newest[0], channel=Channel.EMAIL, actor=SYSTEM)
    _november(biller, words, newest, agent, today)
    with clock.standing_at(morning(today - timedelta(days=1), hour=9)):
        let_wait(biller, invoices, newest)  # those of October are the last ones above
    say(newest, today, morning)
    with clock.standing_at(morning(today - timedelta(days=1), hour=10)):
        pay_back(biller, newest[5], people)
    return token


def _november(
    biller: Biller, words: Words, newest: list[Invoice], agent: Actor, today: date
) -> None:
    """What has happened to the newest invoices: every state has one."""
    first, paid, moved, credited, _late, over = newest
    with clock.standing_at(morning(today - timedelta(days=5), hour=10)):
        line = LineDraft(words.setup, 20_000, 2500)
        credit_invoice(credited.pk, None, reason=words.late_engineer, actor=agent)
        charge_invoice(moved.pk, [line], reason=words.charged, actor=agent)
        move_due_date(moved.pk, today + timedelta(days=20), reason=words.moved, actor=agent)
    with clock.standing_at(morning(today - timedelta(days=2), hour=9)):
        _pay(
            biller,
            [
                (first.reference, 25_000, "Lina"),
                (paid.reference, paid.total_minor, "Omar"),
                (over.reference, over.total_minor + 10_000, "Styret"),
                ("7000", 39_900, "K. Strand"),
            ],
        )
    set_up_inbox(biller, agent)


def _customers(biller: Biller, names: tuple[tuple[str, str], ...]) -> list[tuple[int, int]]:
    """The customers, as (id, reference_no), in the order of the names."""
    drafts = [
        CustomerDraft(
            number=str(9_831 + place),
            name=name,
            language=language,
            kind="business" if place == len(names) - 1 else "person",
            contact_points=(
                ("email", f"{name.split()[0].lower()}@example.com"),
                ("phone", f"+4{6 if biller.country == 'SE' else 7}90000{place:03d}"),
            ),
        )
        for place, (name, language) in enumerate(names)
    ]
    known = register_customers(drafts, biller=biller)
    return [known[draft.number] for draft in drafts]


def _issue(biller: Biller, words: Words, month: int, customer_id: int, customer_no: int) -> Invoice:
    period = words.month.format(last=(30, 31, 30)[month], name=words.months[month])
    lines = [
        LineDraft(words.fiber, 63_920, 2500, detail=period),
        LineDraft(
            words.tv,
            19_920 if month == 2 else 17_600,
            2500,
            detail=period,
            nature="" if month == 2 else "campaign",
        ),
    ]
    if month == 2:
        lines.append(LineDraft(words.wifi, 4_080, 2500, detail=words.wifi_detail))
    draft = InvoiceDraft(
        customer_id=customer_id,
        customer_no=customer_no,
        issued_on=clock.today(),
        due_on=clock.today() + timedelta(days=14),
        lines=lines,
    )
    return issue_invoice(draft, biller=biller, actor=SYSTEM)


def _pay(biller: Biller, payments: list[Paid]) -> None:
    name, raw = bank_file(biller, payments)
    match_file(receive_file(biller, name, raw, actor=BANK).file)


def morning(day: date, hour: int = 8) -> datetime:
    """The hour of a day that has been, where the biller is."""
    return timezone.make_aware(datetime.combine(day, time(hour)))
