"""Payments of the demo that no rule was sure of: one of each kind, for finance to look at."""

from collections.abc import Sequence

from invoices import clock
from invoices.billers.models import Biller, PayeeAccount
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.history.actors import BANK
from payments.bankfiles.actions import receive_file
from payments.bankfiles.models import BankLine
from payments.formats import bgmax, camt
from payments.matching.actions import match_file

KINDS = ("digit", "deceiving", "two", "unrelated", "twice", "name")
FILE = "INNBETALINGER"  # what the name of its file begins with

type Stray = tuple[int, str, str, str]  # minor units, reference, message, payer


def let_wait(biller: Biller, october: Sequence[Invoice], newest: Sequence[Invoice]) -> None:
    """The bank sends them in one file. The invoices are the customers', in their order."""
    strays = _strays(october, newest)
    assert len(strays) == len(KINDS)
    if biller.country == Biller.Country.NO:
        name, raw = f"{FILE}-{clock.today():%d%m%y}.xml", _camt(biller, strays)
    else:
        name, raw = f"{FILE}-{clock.today():%y%m%d}.txt", _bgmax(biller, strays)
    match_file(receive_file(biller, name, raw, actor=BANK).file)


def found(biller: Biller) -> dict[str, BankLine]:
    """The payments by their kind."""
    lines = BankLine.objects.filter(biller=biller, file__name__startswith=FILE).order_by("pk")
    return dict(zip(KINDS, lines, strict=True))


def _strays(october: Sequence[Invoice], newest: Sequence[Invoice]) -> list[Stray]:
    first, paid, moved, _credited, late, _over = newest
    left = figures(late).left
    names = {invoice.pk: invoice.customer.name for invoice in newest}
    return [
        # A digit is missing, and the amount is not what is left.
        (left - 9_900, _short(late.reference), "", names[late.pk].upper()),
        # The reference of one, the name of another who owes exactly this.
        (left, moved.reference, "", names[late.pk]),
        # For October and November together, by a number among words.
        (
            left + figures(october[4]).left,
            "",
            f"Oktober og november, {late.customer.number}",
            names[late.pk],
        ),
        (1_250_000, "", "Husleie desember", "Kari Strand"),
        # A second payment of what is paid, with two digits swapped.
        (paid.total_minor, _swapped(paid.reference), "", names[paid.pk]),
        (figures(first).left, "", "", names[first.pk].split()[0] + " " + _last(names[first.pk])),
    ]


def _last(name: str) -> str:
    return name.split()[-1].upper()


def _short(reference: str) -> str:
    return reference[:6] + reference[7:]


def _swapped(reference: str) -> str:
    """Two neighbours swapped, where the check digit notices."""
    at = next(
        at
        for at in reversed(range(len(reference) - 1))
        if reference[at] != reference[at + 1] and set(reference[at : at + 2]) != {"0", "9"}
    )
    return reference[:at] + reference[at + 1] + reference[at] + reference[at + 2 :]


def _camt(biller: Biller, strays: Sequence[Stray]) -> bytes:
    payments = tuple(
        camt.CamtPayment(amount, reference, text=text, payer_name=payer, servicer_ref=f"S{place}")
        for place, (amount, reference, text, payer) in enumerate(strays)
    )
    entry = camt.CamtEntry(clock.today(), payments, "S", biller.currency)
    iban = PayeeAccount.objects.get(biller=biller).iban
    return camt.write(camt.CamtFile(f"S{clock.today()}", iban, (entry,)))


def _bgmax(biller: Biller, strays: Sequence[Stray]) -> bytes:
    payments = tuple(
        bgmax.BgPayment(
            amount, reference, texts=(text,) if text else (), payer_name=payer, serial=900 + place
        )
        for place, (amount, reference, text, payer) in enumerate(strays)
    )
    account = PayeeAccount.objects.get(biller=biller)
    section = bgmax.BgSection(account.number, clock.today(), payments, serial=99)
    return bgmax.write(bgmax.BgMaxFile(clock.now().replace(tzinfo=None), (section,)))
