"""Payments out: writes pain.001 for the bank, and reads the bank's answer, pain.002.

Source: ISO 20022 pain.001.001.03 and .09, pain.002.001.03 and .10; in NOK and SEK within the
country (SvcLvl NURG), accounts as the Nordic banks' guides have them: BBAN, bankgiro as the
proprietary BGNR with the clearing number 9900, plusgiro as PGNR. Each bank's own guide may ask for
more: what is left open here is a setting of the agreement with it.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from lxml import etree

from invoices.errors import N_, FormatError
from payments.formats.camt_tree import bad_value, count, find, find_all, read_tree, text_at

LONGEST: Final = {"id": 35, "name": 70, "text": 140}
# What every bank can read in names and texts, after other letters were replaced (EPC217-08) and
# the Nordic ones kept, which Norwegian and Swedish banks take.
_UNREADABLE: Final = re.compile(r"[^0-9A-Za-zÅÄÖÆØåäöæøÉéÜü/\-?:().,'+ ]")
_NOT_AN_ANSWER = N_("This is not an answer to a payment file (pain.002). Nothing was changed.")


class AccountForm(StrEnum):
    BBAN = "bban"
    IBAN = "iban"
    BANKGIRO = "bankgiro"
    PLUSGIRO = "plusgiro"


@dataclass(frozen=True, slots=True)
class PainAccount:
    """An account, digits alone. ``clearing`` only for a Swedish bank account."""

    form: AccountForm
    number: str
    clearing: str = ""


@dataclass(frozen=True, slots=True)
class Payout:
    """One payment out. ``end_to_end_id`` is ours, and comes back in every answer."""

    end_to_end_id: str
    amount_minor: int
    name: str
    account: PainAccount
    text: str = ""
    reference: str = ""  # a KID or OCR number of the receiver's; then ``text`` is not written


@dataclass(frozen=True, slots=True)
class PainFile:
    """A file of payments from one account on one day."""

    message_id: str
    made_at: datetime
    pay_on: date
    name: str
    org_no: str
    country: str
    currency: str
    account: PainAccount
    payouts: tuple[Payout, ...]


def write(file: PainFile, version: str = "03") -> bytes:
    """Return the pain.001 message, its sums computed. ``version`` is "03" or "09".

    Raises ValueError for what no bank would take: no payments, the same id twice, an amount of
    nothing or less, an id or account that is not one.
    """
    _check(file, version)
    writer = _Writer(f"urn:iso:std:iso:20022:tech:xsd:pain.001.001.{version}", file)
    total = _decimal(sum(payout.amount_minor for payout in file.payouts))
    add, number = writer.add, str(len(file.payouts))
    message = add(writer.root, "CstmrCdtTrfInitn")
    header = add(message, "GrpHdr")
    add(header, "MsgId", file.message_id)
    add(header, "CreDtTm", file.made_at.isoformat(timespec="seconds"))
    add(header, "NbOfTxs", number)
    add(header, "CtrlSum", total)
    writer.party(add(header, "InitgPty"))
    batch = add(message, "PmtInf")
    add(batch, "PmtInfId", file.message_id)
    add(batch, "PmtMtd", "TRF")
    add(batch, "NbOfTxs", number)
    add(batch, "CtrlSum", total)
    add(batch, "PmtTpInf/SvcLvl/Cd", "NURG")
    add(batch, "ReqdExctnDt" if version == "03" else "ReqdExctnDt/Dt", file.pay_on.isoformat())
    writer.party(add(batch, "Dbtr"))
    account = add(batch, "DbtrAcct")
    writer.account(account, file.account)
    add(account, "Ccy", file.currency)
    agent = add(batch, "DbtrAgt/FinInstnId")
    if file.account.form in (AccountForm.BANKGIRO, AccountForm.PLUSGIRO):
        writer.clearing(agent, "9900" if file.account.form == AccountForm.BANKGIRO else "9960")
    else:
        add(agent, "Othr/Id", "NOTPROVIDED")
    for payout in file.payouts:
        writer.payout(batch, payout)
    return etree.tostring(writer.root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _check(file: PainFile, version: str) -> None:
    if version not in ("03", "09"):
        raise ValueError(f"pain.001.001.{version} is not written here")
    ids = [payout.end_to_end_id for payout in file.payouts]
    if not ids or len(set(ids)) != len(ids):
        raise ValueError("a file holds one payment or more, each with an id of its own")
    for each in (file.message_id, *ids):
        if not re.fullmatch(rf"[0-9A-Za-z-]{{1,{LONGEST['id']}}}", each):
            raise ValueError(f"not an id a bank would take: {each!r}")
    if any(payout.amount_minor <= 0 for payout in file.payouts):
        raise ValueError("a payment out is more than nothing")
    for account in (file.account, *(payout.account for payout in file.payouts)):
        iban = account.form == AccountForm.IBAN
        if not re.fullmatch(r"[A-Z]{2}[0-9]{13,32}" if iban else r"[0-9]{2,16}", account.number):
            raise ValueError(f"not an account: {account.number!r}")


class _Writer:
    """The parts of the message that come more than once."""

    def __init__(self, namespace: str, file: PainFile) -> None:
        self._namespace, self._file = namespace, file
        self.root = etree.Element(self._name("Document"), nsmap={None: namespace})

    def _name(self, local: str) -> str:
        return f"{{{self._namespace}}}{local}"

    def add(self, parent: etree._Element, path: str, text: str | None = None) -> etree._Element:
        """Add the elements of a path, one inside the other, and return the innermost."""
        for step in path.split("/"):
            parent = etree.SubElement(parent, self._name(step))
        parent.text = text
        return parent

    def party(self, element: etree._Element) -> None:
        """Who pays: the biller, with its number where it has one."""
        self.add(element, "Nm", readable(self._file.name, "name"))
        if self._file.org_no:
            other = self.add(element, "Id/OrgId/Othr")
            self.add(other, "Id", self._file.org_no)
            self.add(other, "SchmeNm/Cd", "CUST")

    def account(self, element: etree._Element, account: PainAccount) -> None:
        if account.form == AccountForm.IBAN:
            self.add(element, "Id/IBAN", account.number)
            return
        other = self.add(element, "Id/Othr")
        self.add(other, "Id", account.number)
        scheme = self.add(other, "SchmeNm")
        own = {AccountForm.BANKGIRO: "BGNR", AccountForm.PLUSGIRO: "PGNR"}.get(account.form)
        if own:
            self.add(scheme, "Prtry", own)
        else:
            self.add(scheme, "Cd", "BBAN")

    def clearing(self, element: etree._Element, number: str) -> None:
        member = self.add(element, "ClrSysMmbId")
        self.add(member, "ClrSysId/Cd", "SESBA")
        self.add(member, "MmbId", number)

    def payout(self, batch: etree._Element, payout: Payout) -> None:
        element = self.add(batch, "CdtTrfTxInf")
        ids = self.add(element, "PmtId")
        self.add(ids, "InstrId", payout.end_to_end_id)
        self.add(ids, "EndToEndId", payout.end_to_end_id)
        amount = self.add(element, "Amt/InstdAmt", _decimal(payout.amount_minor))
        amount.set("Ccy", self._file.currency)
        if clearing := _clearing_of(payout.account):
            self.clearing(self.add(element, "CdtrAgt/FinInstnId"), clearing)
        receiver = self.add(element, "Cdtr")
        self.add(receiver, "Nm", readable(payout.name, "name"))
        self.add(receiver, "PstlAdr/Ctry", self._file.country)
        self.account(self.add(element, "CdtrAcct"), payout.account)
        if payout.reference:
            structured = self.add(element, "RmtInf/Strd/CdtrRefInf")
            self.add(structured, "Tp/CdOrPrtry/Cd", "SCOR")
            self.add(structured, "Ref", payout.reference)
        elif payout.text:
            self.add(element, "RmtInf/Ustrd", readable(payout.text, "text"))


def _clearing_of(account: PainAccount) -> str:
    own = {AccountForm.BANKGIRO: "9900", AccountForm.PLUSGIRO: "9960"}
    return own.get(account.form, account.clearing)


def readable(text: str, what: str) -> str:
    """The text in letters that banks take, as long as they take it; never empty."""
    kept = " ".join(_UNREADABLE.sub(" ", text).split())
    return kept[: LONGEST[what]].strip() or "-"


def _decimal(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


class Answered(StrEnum):
    """What a bank says of a payment out."""

    RECEIVED = "received"  # it is looked at; nothing has moved (ACTC, ACCP, RCVD, PDNG)
    UNDERWAY = "underway"  # it will be carried out (ACSP, ACWC)
    DONE = "done"  # carried out (ACSC, ACCC)
    REFUSED = "refused"  # it will not be (RJCT, CANC)


# Codes of ISO 20022 ExternalPaymentTransactionStatus that Nordic banks send.
CODES: Final = {
    **dict.fromkeys(("RCVD", "PDNG", "ACTC", "ACCP", "ACFC"), Answered.RECEIVED),
    **dict.fromkeys(("ACSP", "ACWC", "ACWP"), Answered.UNDERWAY),
    **dict.fromkeys(("ACSC", "ACCC"), Answered.DONE),
    **dict.fromkeys(("RJCT", "CANC"), Answered.REFUSED),
}
PARTLY: Final = "PART"  # of a group: see its payments


@dataclass(frozen=True, slots=True)
class PayoutAnswer:
    """What the bank says of one payment. ``code`` is its own word, ``why`` its reason's."""

    end_to_end_id: str
    answered: Answered
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class PainAnswer:
    """What the bank says of a file. ``whole`` is None where it only speaks of its payments."""

    message_id: str
    whole: Answered | None
    code: str
    why: str
    payouts: tuple[PayoutAnswer, ...]


def recognises(raw: bytes) -> bool:
    """Whether this looks like a pain.002."""
    return b"pain.002.001." in raw[:2_000] and b"CstmrPmtStsRpt" in raw


def parse(raw: bytes) -> PainAnswer:
    """Read a pain.002. FormatError for anything else, and for a code that nobody has heard of:
    money is not guessed at.
    """
    root = read_tree(raw)
    report = find(root, "CstmrPmtStsRpt")
    group = find(report, "OrgnlGrpInfAndSts") if report is not None else None
    if report is None or group is None:
        raise FormatError(None, _NOT_AN_ANSWER)
    message_id = text_at(group, "OrgnlMsgId")
    whole, code = _answered(group, "GrpSts")
    answers = []
    for batch in find_all(report, "OrgnlPmtInfAndSts"):
        of_batch, batch_code = _answered(batch, "PmtInfSts")
        if of_batch is not None and whole is None:
            whole, code = of_batch, batch_code
        answers += [_payout(element) for element in find_all(batch, "TxInfAndSts")]
    stated = count(group, "OrgnlNbOfTxs")
    if not message_id or (stated is not None and len(answers) > stated):
        raise FormatError(None, _NOT_AN_ANSWER)
    return PainAnswer(message_id, whole, code, _why(group), tuple(answers))


def _payout(element: etree._Element) -> PayoutAnswer:
    answered, code = _answered(element, "TxSts")
    own = text_at(element, "OrgnlEndToEndId")
    if answered is None or not own:
        raise bad_value(element, "TxSts", code)
    return PayoutAnswer(own, answered, code, _why(element))


def _answered(element: etree._Element, name: str) -> tuple[Answered | None, str]:
    code = text_at(element, name)
    if code in ("", PARTLY):
        return None, code
    if code not in CODES:
        raise bad_value(element, name, code)
    return CODES[code], code


def _why(element: etree._Element) -> str:
    said = [
        text_at(element, "StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry"),
        text_at(element, "StsRsnInf/AddtlInf"),
    ]
    return " ".join(part for part in said if part)[:120]
