"""pain.001 as the schemas of ISO 20022 have it, and what banks answer."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from invoices.errors import FormatError
from payments.formats import pain
from payments.formats.pain import AccountForm, Answered, PainAccount, PainFile, Payout

HOME = PainAccount(AccountForm.BBAN, "86011117947")
FILE = PainFile(
    message_id="NOTA-1-1",
    made_at=datetime(2026, 11, 27, 9, tzinfo=UTC),
    pay_on=date(2026, 11, 27),
    name="Fjordfiber",
    org_no="999888777",
    country="NO",
    currency="NOK",
    account=PainAccount(AccountForm.IBAN, "NO4397104207336"),
    payouts=(Payout("A-1", 12_345, "Lina Haugen", HOME, "Fjordfiber 20401"),),
)
SWEDISH = replace(
    FILE,
    country="SE",
    currency="SEK",
    account=PainAccount(AccountForm.BANKGIRO, "9912346"),
    payouts=(
        Payout("A-1", 1, "Åsa Lund", PainAccount(AccountForm.BANKGIRO, "58056201")),
        Payout("A-2", 10**10, "Per", PainAccount(AccountForm.PLUSGIRO, "2865434")),
        Payout("A-3", 300, "Eva", PainAccount(AccountForm.BBAN, "1234567", "5011"), "Hej"),
        Payout("A-4", 300, "Eva", PainAccount(AccountForm.BBAN, "1234567", "5011"), "", "1234574"),
    ),
)


@cache
def schema(version: str) -> etree.XMLSchema:
    path = files("sepaxml") / "schemas" / f"pain.001.001.{version}.xsd"
    return etree.XMLSchema(etree.fromstring(path.read_bytes()))


def checked(file: PainFile, version: str) -> etree._Element:
    root = etree.fromstring(pain.write(file, version))
    schema(version).assertValid(root)
    return root


def text(root: etree._Element, path: str) -> list[str]:
    steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
    return [str(found.text) for found in root.findall(f".//{steps}")]


@pytest.mark.parametrize("version", ["03", "09"])
@pytest.mark.parametrize("file", [FILE, SWEDISH], ids=["no", "se"])
def test_the_file_is_what_the_schema_says(file: PainFile, version: str) -> None:
    root = checked(file, version)

    total = sum(payout.amount_minor for payout in file.payouts)
    assert text(root, "CtrlSum") == [f"{total // 100}.{total % 100:02d}"] * 2
    assert text(root, "NbOfTxs") == [str(len(file.payouts))] * 2
    assert text(root, "SvcLvl/Cd") == ["NURG"]
    assert text(root, "EndToEndId") == [payout.end_to_end_id for payout in file.payouts]


def test_accounts_stand_as_the_nordic_banks_want_them() -> None:
    norwegian, swedish = checked(FILE, "03"), checked(SWEDISH, "03")

    assert text(norwegian, "CdtrAcct/Id/Othr/Id") == ["86011117947"]
    assert text(norwegian, "CdtrAcct/Id/Othr/SchmeNm/Cd") == ["BBAN"]
    assert text(norwegian, "DbtrAcct/Id/IBAN") == ["NO4397104207336"]
    assert text(swedish, "DbtrAcct/Id/Othr/SchmeNm/Prtry") == ["BGNR"]
    assert text(swedish, "CdtrAcct/Id/Othr/SchmeNm/Prtry") == ["BGNR", "PGNR"]
    assert text(swedish, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId") == ["9900", "9960", "5011", "5011"]


def test_a_reference_stands_in_its_own_place() -> None:
    root = checked(SWEDISH, "09")

    assert text(root, "RmtInf/Ustrd") == ["Hej"]
    assert text(root, "CdtrRefInf/Ref") == ["1234574"]
    assert text(root, "CdtrRefInf/Tp/CdOrPrtry/Cd") == ["SCOR"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"payouts": ()},
        {"payouts": (FILE.payouts[0], FILE.payouts[0])},
        {"payouts": (replace(FILE.payouts[0], amount_minor=0),)},
        {"payouts": (replace(FILE.payouts[0], end_to_end_id="x" * 36),)},
        {"payouts": (replace(FILE.payouts[0], end_to_end_id="a b"),)},
        {"payouts": (replace(FILE.payouts[0], account=PainAccount(AccountForm.BBAN, "1 2")),)},
        {"message_id": ""},
        {"account": PainAccount(AccountForm.IBAN, "4397104207336")},
    ],
)
def test_what_no_bank_would_take_is_not_written(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        pain.write(replace(FILE, **wrong))  # type: ignore[arg-type]


@given(st.text(max_size=200), st.text(max_size=300), st.integers(1, 10**13))
def test_any_name_and_text_can_be_written(name: str, words: str, minor: int) -> None:
    payout = replace(FILE.payouts[0], name=name, text=words, amount_minor=minor)

    root = checked(replace(FILE, payouts=(payout,)), "03")

    assert text(root, "InstdAmt") == [f"{minor // 100}.{minor % 100:02d}"]


# ---------------------------------------------------------------- pain.002


def an_answer(
    *payouts: tuple[str, str],
    group: str = "",
    batch: str = "",
    reason: str = "",
    version: str = "03",
) -> bytes:
    """A pain.002 as a bank writes it: (EndToEndId, TxSts) for each payment."""
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    rows = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{key}</OrgnlEndToEndId><TxSts>{code}</TxSts>{why}"
        "</TxInfAndSts>"
        for key, code in payouts
    )
    whole = f"<GrpSts>{group}</GrpSts>{why if not rows else ''}" if group else ""
    batch_status = f"<PmtInfSts>{batch}</PmtInfSts>" if batch else ""
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}">'
        "<CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-11-27T10:00:00</CreDtTm></GrpHdr>"
        "<OrgnlGrpInfAndSts><OrgnlMsgId>NOTA-1-1</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId>{whole}</OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>NOTA-1-1</OrgnlPmtInfId>{batch_status}{rows}"
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


@pytest.mark.parametrize("version", ["03", "10"])
def test_an_answer_tells_of_each_payment(version: str) -> None:
    raw = an_answer(("A-1", "ACSC"), ("A-2", "RJCT"), group="PART", reason="AC04", version=version)

    answer = pain.parse(raw)

    assert pain.recognises(raw)
    assert (answer.message_id, answer.whole) == ("NOTA-1-1", None)
    assert [(each.end_to_end_id, each.answered) for each in answer.payouts] == [
        ("A-1", Answered.DONE),
        ("A-2", Answered.REFUSED),
    ]
    assert answer.payouts[1].why == "AC04"


@pytest.mark.parametrize(
    ("code", "answered"),
    [
        ("ACCP", Answered.RECEIVED),
        ("ACTC", Answered.RECEIVED),
        ("ACSP", Answered.UNDERWAY),
        ("ACSC", Answered.DONE),
        ("RJCT", Answered.REFUSED),
    ],
)
def test_an_answer_can_tell_of_the_whole_file(code: str, answered: Answered) -> None:
    assert pain.parse(an_answer(group=code)).whole == answered
    assert pain.parse(an_answer(batch=code)).whole == answered


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not xml",
        b"<Document/>",
        an_answer(("A-1", "WHAT")),
        an_answer(("A-1", "")),
        an_answer(group="WHAT"),
        an_answer().replace(b"<OrgnlMsgId>NOTA-1-1</OrgnlMsgId>", b""),
        b"<!DOCTYPE x>" + an_answer(("A-1", "ACSC")),
        pain.write(FILE),
    ],
)
def test_what_is_no_answer_is_refused(raw: bytes) -> None:
    with pytest.raises(FormatError):
        pain.parse(raw)


def test_a_flipped_byte_is_refused_or_says_the_same_or_less() -> None:
    raw = an_answer(("A-1", "ACSC"), ("A-2", "RJCT"), group="PART")
    right = {each.end_to_end_id: each.answered for each in pain.parse(raw).payouts}
    wrong = []
    for place in range(len(raw)):
        broken = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        try:
            answer = pain.parse(broken)
        except FormatError:
            continue
        # An id or a file's name that is another one is nobody's; a code that is another is no code.
        wrong += [
            (place, each)
            for each in answer.payouts
            if right.get(each.end_to_end_id, each.answered) != each.answered
            and answer.message_id == "NOTA-1-1"
        ]
    assert wrong == []
    assert re.search(rb"NOTA", raw)
