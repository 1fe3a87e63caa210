"""camt.053 and camt.054 (ISO 20022): a bank's statement and its notification of payments.

Read by the names of the elements, whatever the message's version (02, 04 and 08 are in use in
Norway and Sweden). Only booked credits, and reversals of credits, are payments to us; every other
entry is noted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from invoices.errors import N_, FormatError
from payments.formats.base import Format, Keys, Kind, Parsed, Payment, agree
from payments.formats.camt_remittance import read_remittance
from payments.formats.camt_tree import (
    account,
    bad_value,
    count,
    day,
    find,
    find_all,
    local_name,
    minor,
    money,
    read_tree,
    text_at,
)
from payments.formats.camt_write import CamtEntry, CamtFile, CamtPayment, write

__all__ = ["CamtEntry", "CamtFile", "CamtPayment", "parse", "write"]

SNIFFED_BYTES = 4096
# Message element: (format, the element that holds one account's entries)
MESSAGES = {
    "BkToCstmrStmt": ("camt.053", "Stmt"),
    "BkToCstmrDbtCdtNtfctn": ("camt.054", "Ntfctn"),
}
BOOKED = "BOOK"
STATUSES = frozenset({BOOKED, "PDNG", "INFO", "FUTR"})
DIRECT_DEBIT = "PMDD"
NO_REFERENCE = "NOTPROVIDED"  # what ISO 20022 writes where a reference is required but missing

_AUTOGIRO_TEXT = re.compile(r"\bAG\s+L[oö]pnr", re.IGNORECASE)  # serial number of a settlement

_NOT_CAMT = N_(
    "This XML file is neither camt.053 nor camt.054. Ask the bank for a file of one of these two."
)
_NO_ACCOUNT = N_("The payee's account is missing. Ask the bank for the file again.")
_NO_AMOUNT = N_("An entry has no amount. Ask the bank for the file again.")
_ENTRY_SUM = N_(
    "The entry's amount is {said} hundredths, but its payments add up to {found}. "
    "Ask the bank for the file again."
)
_ENTRY_COUNT = N_(
    "The entry says {said} payments, but {found} were found. Ask the bank for the file again."
)
_NO_DETAIL_AMOUNT = N_(
    "The entry holds several payments, but does not say how much each of them is. "
    "Ask the bank for the file again."
)
_SUMMARY_COUNT = N_(
    "The summary says {said} entries, but {found} were found. Ask the bank for the file again."
)
_SUMMARY_SUM = N_(
    "The summary's sum is {said} hundredths, but the entries add up to {found}. "
    "Ask the bank for the file again."
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An Ntry: one line of the account, with the payments the bank says it is made of."""

    element: etree._Element
    amount: int
    currency: str
    credit: bool
    reversal: bool
    details: list[etree._Element]

    @property
    def line_no(self) -> int:
        return self.element.sourceline or 0

    @property
    def of_a_credit(self) -> bool:
        # The direction is that of the entry itself (ISO 20022): a debit that is marked as a
        # reversal takes a credit back, and a credit that is marked so takes a debit back.
        return self.credit is not self.reversal


def _read_entry(element: etree._Element) -> _Entry:
    amount_element = find(element, "Amt")
    if amount_element is None:
        raise FormatError(element.sourceline, _NO_AMOUNT)
    amount, currency = money(amount_element)
    reversal = text_at(element, "RvslInd")
    if reversal not in ("", "true", "1", "false", "0"):
        raise bad_value(element, "RvslInd", reversal)
    return _Entry(
        element=element,
        amount=amount,
        currency=currency,
        credit=_is_credit(element),
        reversal=reversal in ("true", "1"),
        details=find_all(element, "NtryDtls/TxDtls"),
    )


def _is_credit(element: etree._Element) -> bool:
    direction = text_at(element, "CdtDbtInd")
    if direction not in ("CRDT", "DBIT"):
        raise bad_value(element, "CdtDbtInd", direction)
    return direction == "CRDT"


def _verify_summary(report: etree._Element, entries: list[_Entry]) -> None:
    summary = find(report, "TxsSummry")
    if summary is None:
        return
    credits_ = [entry for entry in entries if entry.credit]
    debits = [entry for entry in entries if not entry.credit]
    for name, group in (
        ("TtlNtries", entries),
        ("TtlCdtNtries", credits_),
        ("TtlDbtNtries", debits),
    ):
        line_no = summary.sourceline
        said = count(summary, f"{name}/NbOfNtries")
        if said is not None:
            agree(line_no, _SUMMARY_COUNT, found=len(group), said=said)
        said_sum = text_at(summary, f"{name}/Sum")
        # The sum has no currency: of entries in several it would mean nothing.
        if said_sum and len({entry.currency for entry in group}) <= 1:
            found = sum(entry.amount for entry in group)
            agree(line_no, _SUMMARY_SUM, found=found, said=minor(line_no, said_sum))


def _reason_to_skip(entry: _Entry) -> str:
    """Return why an entry brings no payments, '' if it does."""
    status = text_at(entry.element, "Sts/Cd", "Sts")
    if status not in STATUSES:
        raise bad_value(entry.element, "Sts", status)
    if status != BOOKED:
        return f"it is not booked (status {status})"
    if not entry.of_a_credit:
        return "it takes back a payment we made" if entry.credit else "it is money paid out"
    batch = sum(count(each, "Btch/NbOfTxs") or 0 for each in find_all(entry.element, "NtryDtls"))
    if not entry.details and batch > 1:
        return f"it is a sum of {batch} payments; a camt.054 file brings them one by one"
    if _is_autogiro_sum(entry):
        return "it is the sum of an Autogiro file, which brings the payments one by one"
    return ""


def _is_autogiro_sum(entry: _Entry) -> bool:
    """Tell a Swedish direct debit settlement: one sum, no reference of a single payment."""
    if len(entry.details) > 1:
        return False
    details = entry.details[0] if entry.details else entry.element
    remittance = read_remittance(details, entry.currency)
    if remittance.reference:
        return False
    sub_family = "BkTxCd/Domn/Fmly/SubFmlyCd"
    texts = (
        remittance.text,
        text_at(details, "AddtlTxInf"),
        text_at(entry.element, "AddtlNtryInf"),
    )
    return DIRECT_DEBIT in (
        text_at(details, sub_family),
        text_at(entry.element, sub_family),
    ) or any(_AUTOGIRO_TEXT.search(text) for text in texts)


def _verified_amounts(entry: _Entry) -> list[int]:
    """Return what each payment of the entry adds to it; together they are the entry's amount."""
    for each in find_all(entry.element, "NtryDtls"):
        said, found = count(each, "Btch/NbOfTxs"), len(find_all(each, "TxDtls"))
        if said is not None and found:
            agree(entry.line_no, _ENTRY_COUNT, found=found, said=said)
    if not entry.details:
        return [entry.amount]
    amounts = [_detail_amount(details, entry) for details in entry.details]
    agree(entry.line_no, _ENTRY_SUM, found=sum(amounts), said=entry.amount)
    return amounts


def _detail_amount(details: etree._Element, entry: _Entry) -> int:
    same_way = find(details, "CdtDbtInd") is None or _is_credit(details) is entry.credit
    for path in ("AmtDtls/TxAmt/Amt", "Amt"):
        element = find(details, path)
        if element is not None:
            amount, currency = money(element)
            if currency == entry.currency:
                return amount if same_way else -amount
    if len(entry.details) > 1:
        raise FormatError(details.sourceline, _NO_DETAIL_AMOUNT)
    return entry.amount  # nothing said, or said in the payer's currency only


def _serial(details: etree._Element, entry: _Entry) -> tuple[str, ...]:
    """Return the bank's own number of a payment, () where it gave none."""
    own = text_at(details, "Refs/AcctSvcrRef")
    if own:
        return (own,)
    names = ("TxId", "EndToEndId", "InstrId")
    others = [text_at(details, f"Refs/{name}") for name in names]
    found = [text_at(entry.element, "AcctSvcrRef"), *others]
    return tuple(found) if any(each not in ("", NO_REFERENCE) for each in found) else ()


def _code(element: etree._Element) -> str:
    """Return the bank transaction code, domain-family-subfamily, or the bank's own."""
    code = find(element, "BkTxCd")
    if code is None:
        return ""
    names = ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd")
    return "-".join(filter(None, (text_at(code, name) for name in names))) or text_at(
        code, "Prtry/Cd"
    )


def _payer(details: etree._Element) -> tuple[str, str]:
    """Return the payer's name and account, '' for what is not said."""
    parties = find(details, "RltdPties")
    if parties is None:
        return "", ""
    name = text_at(parties, "Dbtr/Nm", "Dbtr/Pty/Nm", "UltmtDbtr/Nm", "UltmtDbtr/Pty/Nm")
    return name, account(find(parties, "DbtrAcct/Id"))


class _Reader:
    """Collects the payments of one message."""

    def __init__(self) -> None:
        # A statement and a notification may both bring a payment: one scheme for both, so that
        # the bank's number, day and amount find it again.
        self.keys = Keys("camt")
        self.payments: list[Payment] = []
        self.accounts: dict[str, None] = {}
        self.notes: list[str] = []

    def report(self, report: etree._Element) -> None:
        payee = account(find(report, "Acct/Id"))
        if not payee:
            raise FormatError(report.sourceline, _NO_ACCOUNT)
        self.accounts[payee] = None
        entries = [_read_entry(element) for element in find_all(report, "Ntry")]
        _verify_summary(report, entries)
        for position, entry in enumerate(entries):
            reason = _reason_to_skip(entry)
            if reason:
                self.notes.append(f"The entry on line {entry.line_no} was left out: {reason}.")
                continue
            # Where the bank gave no number, the message and the place in it are the identity.
            place = (text_at(report, "Id"), str(position))
            self.payments += self.entry_payments(entry, payee, place)

    def entry_payments(
        self, entry: _Entry, payee: str, place: tuple[str, str]
    ) -> Iterator[Payment]:
        booked_on = day(entry.element, "BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
        amounts = _verified_amounts(entry)
        for details, added in zip(entry.details or [entry.element], amounts, strict=True):
            amount = -added if entry.reversal else added
            said = read_remittance(details, entry.currency)
            serial = _serial(details, entry) or place
            key = (payee, *serial, booked_on.isoformat(), str(amount), said.reference)
            payer_name, payer_account = _payer(details)
            yield Payment(
                line_no=details.sourceline or entry.line_no,
                key=self.keys.of(*key),
                account=payee,
                amount_minor=amount,
                currency=entry.currency,
                booked_on=booked_on,
                reference=said.reference,
                parts=said.parts,
                text=said.text or text_at(details, "AddtlTxInf", "AddtlNtryInf"),
                payer_name=payer_name,
                payer_account=payer_account,
                kind=_kind(entry, amount),
                code=_code(details) or _code(entry.element),
            )


def _kind(entry: _Entry, amount: int) -> Kind:
    if amount >= 0:
        return Kind.PAYMENT
    return Kind.REVERSAL if entry.reversal else Kind.DEDUCTION


def parse(raw: bytes) -> Parsed:
    """Return the payments of a camt.053 or camt.054 message, all its sums verified.

    Amounts are hundredths of the entry's currency. A debit entry that reverses a credit is a
    negative reversal; a debit inside a credit entry is a negative deduction. Raises FormatError
    with the line. Source: ISO 20022 camt.053.001 and camt.054.001, and the banks' guides.
    """
    root = read_tree(raw)
    for message in root:
        if local_name(message) in MESSAGES:
            name, report_name = MESSAGES[local_name(message)]
            reader = _Reader()
            for report in find_all(message, report_name):
                reader.report(report)
            return Parsed(name, tuple(reader.payments), tuple(reader.accounts), tuple(reader.notes))
    raise FormatError(None, _NOT_CAMT)


def _begins_as(raw: bytes, message: bytes) -> bool:
    head = raw[:SNIFFED_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    return (
        head.startswith(b"<") and re.search(rb"<(?:[\w.-]+:)?" + message + rb"\b", head) is not None
    )


def is_statement(raw: bytes) -> bool:
    """Tell whether this is a camt.053."""
    return _begins_as(raw, b"BkToCstmrStmt")


def is_notification(raw: bytes) -> bool:
    """Tell whether this is a camt.054."""
    return _begins_as(raw, b"BkToCstmrDbtCdtNtfctn")


STATEMENT = Format("camt.053", is_statement, parse)
NOTIFICATION = Format("camt.054", is_notification, parse)
