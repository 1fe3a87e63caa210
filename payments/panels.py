"""This floor's panels: on the desk, files from the bank and payments that found no invoice."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from invoices.desk.view import DeskView
from invoices.money import Money
from invoices.page.sentences import fill
from invoices.panels import MONEY_STAFF, Panel, register
from payments.bankfiles.models import BankFile
from payments.claims import desk as claims_desk  # noqa: F401  # registers its own
from payments.claims import draws as claims_draws  # noqa: F401  # registers its own
from payments.claims import panels as claims  # noqa: F401  # registers its own
from payments.mandates.desk import inbox as mandates_inbox  # noqa: F401  # registers its own
from payments.mandates.desk import panels as mandates_desk  # noqa: F401  # registers its own
from payments.mandates.page import lending  # noqa: F401  # lends its buttons
from payments.mandates.page import panels as autopay  # noqa: F401  # registers its own
from payments.matching.queries import unmatched_lines
from payments.matching.review import panels as review  # noqa: F401  # registers its own
from payments.plans import panels as plans  # noqa: F401  # registers its own
from payments.providers import panels as providers  # noqa: F401  # registers its own
from payments.refunds import panels as refunds  # noqa: F401  # registers its own
from payments.refunds.desk import panels as refunds_desk  # noqa: F401  # registers its own

SHOWN = 25
FORMAT_NAMES = {"ocrgiro": "OCR giro", "bgmax": "BgMax"}


@dataclass(frozen=True, slots=True)
class Waiting:
    amount: Money
    booked_on: date
    reference: str
    payer: str
    text: str
    source: str
    url: str  # where finance decides on it


@dataclass(frozen=True, slots=True)
class Unmatched:
    rows: list[Waiting]
    more: bool
    review_url: str


def unmatched(view: DeskView) -> Unmatched:
    lines = list(unmatched_lines(view.biller.pk)[: SHOWN + 1])
    rows = [
        Waiting(
            amount=Money(line.amount_minor, line.currency),
            booked_on=line.booked_on,
            reference=line.reference,
            payer=line.payer_name or line.payer_account,
            text=line.text,
            source=f"{line.file.name}:{line.line_no}",
            url=reverse("review_payment", args=[view.biller.slug, line.public_id]),
        )
        for line in lines[:SHOWN]
    ]
    return Unmatched(rows, len(lines) > SHOWN, reverse("review", args=[view.biller.slug]))


@dataclass(frozen=True, slots=True)
class FileRow:
    name: str
    format: str
    at: datetime
    refused: bool
    payments: int
    sum: Money
    duplicates: int
    why: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Files:
    rows: list[FileRow]
    upload_url: str


def bankfiles(view: DeskView) -> Files:
    files = BankFile.objects.filter(biller=view.biller).defer("raw")[:SHOWN]
    return Files(
        rows=[
            FileRow(
                name=file.name,
                format=FORMAT_NAMES.get(file.format, file.format),
                at=timezone.localtime(file.received_at),
                refused=file.state == BankFile.State.REFUSED,
                payments=file.payments,
                sum=Money(file.sum_minor, view.biller.currency),
                duplicates=file.duplicates,
                why=fill(file.refused_why, file.refused_values),
                line=file.refused_line,
            )
            for file in files
        ],
        upload_url=reverse("upload_bankfile", args=[view.biller.slug]),
    )


for _panel in (
    Panel(
        "desk",
        "unmatched",
        "payments/matching/_unmatched.html",
        unmatched,
        order=20,
        audience=MONEY_STAFF,
    ),
    Panel(
        "desk",
        "bankfiles",
        "payments/bankfiles/_bankfiles.html",
        bankfiles,
        order=30,
        audience=MONEY_STAFF,
    ),
):
    register(_panel)
