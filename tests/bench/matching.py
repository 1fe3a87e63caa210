"""The matching room: damaged payments among open invoices, booked by the matcher alone.

10,000 payments of 25 kinds (tests.bench.damaged; its ASSUMPTIONS stand beside the figures) among
50,000 open invoices of a Norwegian and a Swedish biller. Counted are payments, each against the
invoices it was made for:

- precision: of those booked without a person, how many went where they were meant to,
- rate: of the repairable ones, how many were booked without a person,
- first three: of those meant for an invoice of ours, how many were booked there or have it among
  the first three candidates,
- deciding: payments a second of processor time that the pure rules take, from the columns of a
  line to a verdict, with all that is known of them looked up before,
- speed: payments a second on the clock through ``match_file``: looking up and locking, deciding,
  booking and history. The note has the processor time, ours and that of PostgreSQL.
"""

import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from invoices import clock
from invoices.billers.models import Agreement, Biller, PayeeAccount
from invoices.customers.actions import CustomerDraft, register_customers
from invoices.documents.actions import issue_invoices
from invoices.documents.amounts import LineDraft
from invoices.documents.drafts import InvoiceDraft
from invoices.documents.models import Invoice
from invoices.history.actors import SYSTEM
from payments.bankfiles.actions import receive_file
from payments.bankfiles.models import BankFile, BankLine
from payments.formats import camt
from payments.matching.actions import judge_all, match_file
from payments.matching.models import Match
from payments.matching.queries import ranked_for
from payments.matching.ranking import Ranked
from payments.matching.reading import Line, read
from payments.matching.standing import find, lock
from tests.bench.damaged import (
    ASSUMPTIONS,
    KINDS,
    Generator,
    Made,
    Owed,
    a_name,
    an_amount,
    an_iban,
)
from tests.bench.table import Row

OPEN: Final = int(os.environ.get("NOTA_BENCH_OPEN", "50000"))
PAYMENTS: Final = OPEN // 5
SEED: Final = int(os.environ.get("NOTA_BENCH_SEED", "1"))
FIRST_THREE: Final = 3
BATCH: Final = 500


def run() -> list[Row]:
    """Measure; bounded to well below 90 seconds."""
    billers = [
        _a_biller("bench-kid", "NO", "15030000009"),
        _a_biller("bench-ocr", "SE", "9910001"),
    ]
    score = Score()
    for place, biller in enumerate(billers):
        generator = Generator(SEED + place)
        owed = _owed(biller, generator.dice, OPEN // len(billers))
        of_biller = Invoice.objects.filter(biller=biller)
        generator.references = set(of_biller.values_list("reference", flat=True))
        made = _payments(generator, owed, PAYMENTS // len(billers))
        file = _received(biller, made)
        score.deciding += _deciding(file)
        started, worked, served = time.perf_counter(), time.process_time(), _served()
        match_file(file)
        score.seconds += time.perf_counter() - started
        score.worked += time.process_time() - worked
        score.served += _served() - served
        score.take(file, made)
    sys.stderr.write(score.told())
    return score.rows()


@transaction.atomic
def _deciding(file: BankFile) -> float:
    """Seconds of processor time in which the rules alone decide on all of the file."""
    rows = BankLine.objects.filter(file=file).order_by("pk").values_list(*Line._fields)
    lines = [Line(*row) for row in rows]
    standing = find(lines, file.biller_id)
    lock(standing, backs=False)
    started = time.process_time()
    for line in lines:
        if line.pk in standing.loose:
            read(line, standing.facts.forms[line.account_id])
    judge_all(lines, standing, file.name)
    return time.process_time() - started


def _served() -> float:
    """Seconds of processor time that PostgreSQL has spent on this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():  # PostgreSQL is on another machine
        return float("nan")
    fields = stat.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _a_biller(slug: str, country: str, account_no: str) -> Biller:
    norwegian = country == "NO"
    biller = Biller.objects.create(
        slug=slug,
        name=slug,
        country=country,
        currency="NOK" if norwegian else "SEK",
        languages=["nb" if norwegian else "sv"],
        next_invoice_no=140_000,
        next_customer_no=9_000,
    )
    account = PayeeAccount.objects.create(
        biller=biller,
        kind="kontonr" if norwegian else "bankgiro",
        number=account_no,
        iban=f"{country}00{account_no}",
    )
    Agreement.objects.create(
        biller=biller,
        account=account,
        scheme="kid" if norwegian else "ocr",
        lengths=[13] if norwegian else [],
        level=None if norwegian else 3,
        customer_digits=6 if norwegian else 0,
        next_serial=10_000,
    )
    return biller


def _owed(biller: Biller, dice: random.Random, count: int) -> list[Owed]:
    """Issue the open invoices, and before them the older ones, which are paid."""
    people = count * 5 // 6
    names = {str(20_000 + n): a_name(dice) for n in range(people)}
    drafts = [CustomerDraft(number, name, "nb") for number, name in names.items()]
    customers = register_customers(drafts, biller=biller)
    numbers = list(names)
    ibans = {number: an_iban(dice) for number in numbers[: people * 2 // 5]}
    with clock.standing_at(clock.now() - timedelta(days=40)):
        older = _issued(biller, customers, list(ibans), [an_amount(dice) for _ in ibans])
        paid = [
            Made("exact", i.total_minor, i.reference, name=names[no], iban=ibans[no])
            for no, i in zip(ibans, older, strict=True)
        ]
        match_file(_received(biller, paid))
    owners = numbers + numbers[: count - people]
    # Beside the first invoice of a customer, in time, stands no other.
    invoices = _issued(biller, customers, owners, [an_amount(dice) for _ in owners])
    before = dict(zip(ibans, older, strict=True))
    owed = [
        Owed(
            invoice.number,
            invoice.reference,
            invoice.total_minor,
            owner,
            names[owner],
            ibans.get(owner, ""),
            before[owner].reference if owner in before else "",
        )
        for owner, invoice in zip(owners, invoices, strict=True)
    ]
    first, second = owed[:people], owed[people:]
    with_two = [replace(a, sibling=b) for a, b in zip(first, second, strict=False)]
    alone = first[len(second) :]
    strangers, alone = alone[: len(alone) // 10], alone[len(alone) // 10 :]
    return [replace(each, stranger=dice.choice(strangers)) for each in with_two + alone]


def _issued(
    biller: Biller,
    customers: dict[str, tuple[int, int]],
    owners: Sequence[str],
    amounts: Sequence[int],
) -> list[Invoice]:
    today = clock.today()
    drafts = [
        InvoiceDraft(
            customer_id=customers[owner][0],
            customer_no=customers[owner][1],
            issued_on=today,
            due_on=today + timedelta(days=14),
            lines=(LineDraft("Fiber", amount, 0),),
        )
        for owner, amount in zip(owners, amounts, strict=True)
    ]
    ids = issue_invoices(drafts, biller=biller, actor=SYSTEM)
    found = Invoice.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def _payments(generator: Generator, owed: Sequence[Owed], count: int) -> list[Made]:
    """As many payments of each kind, each for an invoice of its own, in any order."""
    targets = iter(generator.dice.sample(list(owed), len(owed)))
    made: list[list[Made]] = []
    kinds = list(KINDS)
    waiting: dict[str, int] = dict.fromkeys(kinds, 0)
    for each in targets:
        if sum(map(len, made)) >= count:
            break
        # The kind that has come shortest, of those that the invoice can be paid by.
        for kind in sorted(kinds, key=lambda kind: waiting[kind]):
            if new := generator.pay(each, kind):
                made.append(new)
                waiting[kind] += len(new)
                break
    generator.dice.shuffle(made)
    return [payment for group in made for payment in group][:count]


def _received(biller: Biller, made: Sequence[Made]) -> BankFile:
    payments = tuple(
        camt.CamtPayment(
            each.amount,
            each.reference,
            text=each.text,
            payer_name=each.name,
            payer_iban=each.iban,
            servicer_ref=f"R{place}",
        )
        for place, each in enumerate(made)
    )
    entry = camt.CamtEntry(clock.today(), payments, "E1", biller.currency)
    iban = PayeeAccount.objects.get(biller=biller).iban
    raw = camt.write(camt.CamtFile(f"M{clock.today()}", iban, (entry,)))
    return receive_file(biller, "bench.xml", raw, actor=SYSTEM).file


class Score:
    """Counts what came of the payments."""

    def __init__(self) -> None:
        self.seconds = self.deciding = self.worked = self.served = 0.0
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)

    def take(self, file: BankFile, made: Sequence[Made]) -> None:
        """Compare the file's lines, in their order, with what they were made for."""
        lines = list(BankLine.objects.filter(file=file).order_by("pk").values_list("pk", flat=True))
        assert len(lines) == len(made)
        went: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for line_id, number, minor in Match.objects.filter(line__file=file).values_list(
            "line_id", "invoice__number", "to_invoice_minor"
        ):
            went[line_id].append((number, minor))
        waiting = [pk for pk in lines if pk not in went]
        ranked: dict[int, list[Ranked]] = {}
        for start in range(0, len(waiting), BATCH):
            ranked |= ranked_for(file.biller_id, waiting[start : start + BATCH])
        for pk, each in zip(lines, made, strict=True):
            first = [frozenset(i.number for i in r.invoices) for r in ranked.get(pk, ())]
            self._count(each, went.get(pk), first[:FIRST_THREE])

    def _count(
        self, made: Made, went: list[tuple[str, int]] | None, first: list[frozenset[str]]
    ) -> None:
        counts = self.counts[made.kind]
        counts["all"] += 1
        counts["repairable"] += made.repairable
        counts["meant"] += made.truth is not None
        truth = made.truth or frozenset()
        if went is None:
            among = any(each == truth or each & truth for each in first)
            counts["first three"] += bool(truth) and among
            return
        right = frozenset(number for number, _ in went) == made.truth and made.may_book
        if made.credit_only:
            right = right and not any(minor for _, minor in went)
        counts["booked"] += 1
        counts["right"] += right
        counts["repaired"] += made.repairable and right
        counts["first three"] += right

    def sum(self, name: str) -> int:
        return sum(counts[name] for counts in self.counts.values())

    def told(self) -> str:
        """What is assumed, and what came of each kind."""
        heads = ("all", "booked", "right", "first three")
        lines = [f"matching: seed {SEED}; assumed are:", *(f"  {each}" for each in ASSUMPTIONS)]
        lines.append(f"  {'kind':<22}" + "".join(f"{head:>13}" for head in heads))
        for kind, counts in sorted(self.counts.items()):
            lines.append(f"  {kind:<22}" + "".join(f"{counts[head]:>13}" for head in heads))
        return "\n".join(lines) + "\n"

    def rows(self) -> list[Row]:
        """The figures; a share of all is its own ratio to the floor, which is all."""
        count = self.sum("all")
        speed = count / self.seconds
        note = f"{count:,} in {self.seconds:.1f} s"
        note += f"; processor: ours {self.worked:.1f} s, PostgreSQL's {self.served:.1f} s"
        booked, repairable, meant = map(self.sum, ("booked", "repairable", "meant"))
        return [
            _share("booked by itself, and right", self.sum("right"), booked, 99.9),
            _share("repairable, booked by itself", self.sum("repaired"), repairable, 95),
            _share("right among the first three", self.sum("first three"), meant, 99),
            _speed("decided, by the rules alone", count / self.deciding, "processor time"),
            _speed("matched, booked, recorded", speed, note),
        ]


def _speed(name: str, speed: float, note: str) -> Row:
    aim = 5_000
    return Row("matching", name, speed, aim, speed / aim, aim, "higher", "/s", note, of="ours")


def _share(name: str, part: int, whole: int, aim: float) -> Row:
    percent = 100 * part / whole if whole else float("nan")
    note = f"{part:,} of {whole:,}"
    return Row("matching", name, percent, 100, percent / 100, aim, "higher", "%", note, of="ours")
