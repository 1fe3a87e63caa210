"""Writes camt.054 notifications: for tests, and for the bank of the demo."""

from dataclasses import dataclass
from datetime import date

from lxml import etree

from payments.formats.base import Part

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"
SCOR = "SCOR"


@dataclass(frozen=True, slots=True)
class CamtPayment:
    """A payment to write. A negative ``amount_minor`` is written with the opposite direction."""

    amount_minor: int
    reference: str = ""
    parts: tuple[Part, ...] = ()  # several references; then ``reference`` is not written
    text: str = ""
    payer_name: str = ""
    payer_iban: str = ""
    servicer_ref: str = ""


@dataclass(frozen=True, slots=True)
class CamtEntry:
    """A line of the account: its amount is the sum of its payments."""

    booked_on: date
    payments: tuple[CamtPayment, ...]
    servicer_ref: str = ""
    currency: str = "NOK"
    reversal: bool = False


@dataclass(frozen=True, slots=True)
class CamtFile:
    """A notification to write; the account is an IBAN."""

    message_id: str
    account: str
    entries: tuple[CamtEntry, ...]


def write(file: CamtFile) -> bytes:
    """Return a camt.054.001.08 message, all its sums computed.

    Raises ValueError for text that XML cannot hold. Source: ISO 20022 camt.054.001.08.
    """
    root = etree.Element(_name("Document"), nsmap={None: NAMESPACE})
    message = _add(root, "BkToCstmrDbtCdtNtfctn")
    _add(message, "GrpHdr/MsgId", file.message_id)
    report = _add(message, "Ntfctn")
    _add(report, "Id", file.message_id)
    _add(report, "Acct/Id/IBAN", file.account)
    summary = _add(report, "TxsSummry/TtlNtries")
    _add(summary, "NbOfNtries", str(len(file.entries)))
    if len({entry.currency for entry in file.entries}) <= 1:
        _add(summary, "Sum", _decimal(sum(_total(entry) for entry in file.entries)))
    for entry in file.entries:
        _add_entry(report, entry)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add_entry(report: etree._Element, entry: CamtEntry) -> None:
    element = _add(report, "Ntry")
    _add(element, "Amt", _decimal(_total(entry))).set("Ccy", entry.currency)
    _add(element, "CdtDbtInd", "DBIT" if entry.reversal else "CRDT")
    if entry.reversal:
        _add(element, "RvslInd", "true")
    _add(element, "Sts/Cd", "BOOK")
    _add(element, "BookgDt/Dt", entry.booked_on.isoformat())
    if entry.servicer_ref:
        _add(element, "AcctSvcrRef", entry.servicer_ref)
    domain = _add(element, "BkTxCd/Domn")
    _add(domain, "Cd", "PMNT")
    family = _add(domain, "Fmly")
    _add(family, "Cd", "RCDT")
    _add(family, "SubFmlyCd", "DMCT")
    details = _add(element, "NtryDtls")
    _add(details, "Btch/NbOfTxs", str(len(entry.payments)))
    for payment in entry.payments:
        _add_payment(details, payment, entry)


def _add_payment(details: etree._Element, payment: CamtPayment, entry: CamtEntry) -> None:
    element = _add(details, "TxDtls")
    if payment.servicer_ref:
        _add(element, "Refs/AcctSvcrRef", payment.servicer_ref)
    _add(element, "Amt", _decimal(abs(payment.amount_minor))).set("Ccy", entry.currency)
    credit = (payment.amount_minor >= 0) is not entry.reversal
    _add(element, "CdtDbtInd", "CRDT" if credit else "DBIT")
    if payment.payer_name or payment.payer_iban:
        parties = _add(element, "RltdPties")
        if payment.payer_name:
            _add(parties, "Dbtr/Pty/Nm", payment.payer_name)
        if payment.payer_iban:
            _add(parties, "DbtrAcct/Id/IBAN", payment.payer_iban)
    _add_remittance(element, payment, entry.currency)


def _add_remittance(element: etree._Element, payment: CamtPayment, currency: str) -> None:
    parts = payment.parts or ((Part(payment.reference, None),) if payment.reference else ())
    if not parts and not payment.text:
        return
    remittance = _add(element, "RmtInf")
    if payment.text:
        _add(remittance, "Ustrd", payment.text)
    for part in parts:
        structured = _add(remittance, "Strd")
        if part.amount_minor is not None:
            name = "RmtdAmt" if part.amount_minor >= 0 else "CdtNoteAmt"
            amount = _add(structured, f"RfrdDocAmt/{name}", _decimal(abs(part.amount_minor)))
            amount.set("Ccy", currency)
        reference = _add(structured, "CdtrRefInf")
        _add(reference, "Tp/CdOrPrtry/Cd", SCOR)
        _add(reference, "Ref", part.reference)


def _total(entry: CamtEntry) -> int:
    total = sum(payment.amount_minor for payment in entry.payments)
    if total < 0:
        raise ValueError("the deductions of an entry are larger than its payments")
    return total


def _decimal(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"


def _add(parent: etree._Element, path: str, text: str | None = None) -> etree._Element:
    """Add the elements of a path, one inside the other, and return the innermost."""
    for step in path.split("/"):
        parent = etree.SubElement(parent, _name(step))
    parent.text = text
    return parent
