"""camt: what a payment says it is for, and who paid it."""

import pytest

from payments.formats import Part, parse
from tests.payments.formats.camt_xml import SCOR, details, entry, message, only


@pytest.mark.parametrize(
    ("remittance", "reference", "parts", "text"),
    [
        ("", "", (), ""),
        (SCOR.format("0000100000018"), "0000100000018", (), ""),
        (SCOR.format(" 00001\n 00018 "), "00001 00018", (), ""),
        (SCOR.format("18<!-- a comment -->26"), "1826", (), ""),
        ("<Strd><CdtrRefInf><Ref>18</Ref></CdtrRefInf></Strd>", "18", (), ""),
        (
            "<Strd><CdtrRefInf><Tp><CdOrPrtry><Prtry>OCR</Prtry></CdOrPrtry></Tp>"
            "<Ref>18</Ref></CdtrRefInf></Strd>",
            "18",
            (),
            "",
        ),
        (SCOR.format("18").replace("SCOR", "FXDR"), "", (), ""),
        ("<Ustrd>0000100000018</Ustrd>", "0000100000018", (), "0000100000018"),
        ("<Ustrd>00001 00000 018</Ustrd>", "0000100000018", (), "00001 00000 018"),
        ("<Ustrd>1234567-</Ustrd>", "1234567-", (), "1234567-"),
        ("<Ustrd>Faktura 5512</Ustrd>", "", (), "Faktura 5512"),
        ("<Ustrd>Faktura</Ustrd><Ustrd>5512</Ustrd>", "", (), "Faktura 5512"),
        ("<Ustrd>takk</Ustrd>" + SCOR.format("18"), "18", (), "takk"),
        (
            "<Strd><AddtlRmtInf>for two</AddtlRmtInf></Strd>",
            "",
            (),
            "for two",
        ),
        (
            "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>5512</Nb>"
            "</RfrdDocInf></Strd>",
            "5512",
            (),
            "",
        ),
        (
            SCOR.format("18") + SCOR.format("26"),
            "18",
            (Part("18", None), Part("26", None)),
            "",
        ),
        (
            "<Strd><RfrdDocInf><Nb>5512</Nb></RfrdDocInf>"
            '<RfrdDocAmt><RmtdAmt Ccy="NOK">150.00</RmtdAmt></RfrdDocAmt></Strd>'
            "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CREN</Cd></CdOrPrtry></Tp><Nb>5513</Nb>"
            '</RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy="NOK">50.00</RmtdAmt></RfrdDocAmt></Strd>',
            "5512",
            (Part("5512", 15000), Part("5513", -5000)),
            "",
        ),
        (
            "<Strd><RfrdDocInf><Nb>5512</Nb></RfrdDocInf><RfrdDocInf><Nb>5513</Nb></RfrdDocInf>"
            '<RfrdDocAmt><RmtdAmt Ccy="NOK">100.00</RmtdAmt></RfrdDocAmt></Strd>',
            "5512",
            (Part("5512", None), Part("5513", None)),
            "",
        ),
        (
            "<Strd><RfrdDocInf><Nb>5512</Nb></RfrdDocInf>"
            "<CdtrRefInf><Ref>18</Ref></CdtrRefInf></Strd>",
            "18",
            (),
            "5512",
        ),
    ],
)
def test_references_and_texts_are_found(
    remittance: str, reference: str, parts: tuple[Part, ...], text: str
) -> None:
    payment = only(parse(message(entry(details(remittance)))))

    assert (payment.reference, payment.parts, payment.text) == (reference, parts, text)


@pytest.mark.parametrize(
    ("more", "name", "account"),
    [
        ("", "", ""),
        ("<RltdPties><Dbtr><Pty><Nm>Kari</Nm></Pty></Dbtr></RltdPties>", "Kari", ""),
        ("<RltdPties><UltmtDbtr><Nm>Ola</Nm></UltmtDbtr></RltdPties>", "Ola", ""),
        ("<RltdPties><Dbtr/><UltmtDbtr><Nm>Ola</Nm></UltmtDbtr></RltdPties>", "Ola", ""),
        (
            "<RltdPties><DbtrAcct><Id><IBAN>NO93 8601 1117 947</IBAN></Id></DbtrAcct></RltdPties>",
            "",
            "NO9386011117947",
        ),
        (
            "<RltdPties><DbtrAcct><Id><Othr><Id>8601.11.17947</Id></Othr></Id></DbtrAcct></RltdPties>",
            "",
            "86011117947",
        ),
        (
            "<RltdPties><DbtrAcct><Id><Othr><Id>0991-2346</Id><SchmeNm><Prtry>BGNR</Prtry></SchmeNm>"
            "</Othr></Id></DbtrAcct></RltdPties>",
            "",
            "9912346",
        ),
    ],
)
def test_the_payer_is_found(more: str, name: str, account: str) -> None:
    payment = only(parse(message(entry(details(more=more)))))

    assert (payment.payer_name, payment.payer_account) == (name, account)
