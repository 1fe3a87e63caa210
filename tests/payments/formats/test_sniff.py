"""Which format a file has is told by its content alone."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.errors import FormatError
from payments.formats import FORMATS, parse, sniff
from tests.payments.formats.files import WRITTEN

CAMT_053 = WRITTEN["camt054.xml"].replace(b"BkToCstmrDbtCdtNtfctn", b"BkToCstmrStmt")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (WRITTEN["ocrgiro.txt"], "ocrgiro"),
        (b"\xef\xbb\xbf" + WRITTEN["ocrgiro.txt"], "ocrgiro"),
        (b"\r\n\r\n" + WRITTEN["ocrgiro.txt"], "ocrgiro"),
        (WRITTEN["ocrgiro.txt"].replace(b"\r\n", b""), "ocrgiro"),
        (WRITTEN["bgmax.txt"], "bgmax"),
        (b"01BGMAX", "bgmax"),
        (WRITTEN["camt054.xml"], "camt.054"),
        (b"\xef\xbb\xbf\n" + WRITTEN["camt054.xml"], "camt.054"),
        (b"01AUTOGIRO", "autogiro"),
        (b"0120261102AUTOGIRO9900", "autogiro"),
        (b"\xef\xbb\xbf\r\n0120261102AUTOGIRO", "autogiro"),
        (b"01202611029900" + b"0009912346AG-MEDAVI", "autogiro"),
        (b"51202611029900" + b"0009912346AG-EMEDGIV", "autogiro"),
        (b"00261102HMAC", "autogiro"),
        (CAMT_053, "camt.053"),
        (b"<n:Document xmlns:n='x'><n:BkToCstmrStmt>", "camt.053"),
    ],
)
def test_a_format_is_told_by_its_content(raw: bytes, name: str) -> None:
    assert sniff(raw).name == name


@pytest.mark.parametrize(
    "raw",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"date;amount;reference\n2026-11-02;499.00;18\n",
        b"{}",
        b"<html></html>",
        b'<!DOCTYPE lolz [<!ENTITY lol "lol">]><lolz>&lol;</lolz>',
        b"<Document><CstmrCdtTrfInitn/></Document>",
        b"<Document><!-- x --><BkToCstmrAcctRpt/></Document>",
        b"BkToCstmrStmt",
        b"NY000011",
        b"01AUTOGIR",
        b"0120261102",
        b"\x00" * 1000,
    ],
)
def test_other_content_is_refused_and_told_what_is_accepted(raw: bytes) -> None:
    with pytest.raises(
        FormatError, match=r"OCR giro, BgMax, Autogiro, camt\.053 and camt\.054"
    ) as caught:
        parse(raw)

    assert caught.value.line_no is None


@pytest.mark.parametrize("raw", [b"", b" ", b"\r\n\r\n", b"\t"])
def test_an_empty_file_is_called_empty(raw: bytes) -> None:
    with pytest.raises(FormatError, match="empty") as caught:
        parse(raw)

    assert caught.value.line_no is None


def test_the_registry_knows_each_format_by_its_name() -> None:
    assert list(FORMATS) == ["ocrgiro", "bgmax", "autogiro", "camt.053", "camt.054"]
    assert all(name == each.name for name, each in FORMATS.items())


def test_a_message_that_only_mentions_camt_is_refused() -> None:
    raw = b"<Document><Wrong><BkToCstmrStmt/></Wrong></Document>"

    with pytest.raises(FormatError, match=r"neither camt\.053 nor camt\.054"):
        parse(raw)


def test_the_room_knows_no_django() -> None:
    code = "import sys, payments.formats; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from([*WRITTEN.values(), b""]), st.integers(0, 4000), st.binary(max_size=400))
def test_no_content_at_all_makes_anything_but_a_refusal(raw: bytes, at: int, other: bytes) -> None:
    try:
        parsed = parse(raw[:at] + other + raw[at + len(other) :])
    except FormatError as error:
        assert error.line_no is None or error.line_no >= 1  # noqa: PT017 - both ends are right
    else:
        assert parsed.format in FORMATS
