"""camt: XML that attacks or is broken is refused, and quickly."""

import time

import pytest

from invoices.errors import FormatError
from payments.formats import camt_tree, parse
from tests.payments.formats.camt_xml import SCOR, details, entry, message

BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE Document>",
        f'<!DOCTYPE Document [<!ENTITY e0 "ha">{BOMB}]>',
        '<!DOCTYPE Document [<!ENTITY e9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Document [<!ENTITY % e SYSTEM "http://127.0.0.1:9/e.dtd"> %e;]>',
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/e.dtd">',
    ],
)
def test_a_document_type_is_refused_quickly(doctype: str) -> None:
    raw = message(entry(details(SCOR.format("&e9;")))).replace(
        b"?>\n", b"?>\n%s" % doctype.encode()
    )
    began = time.perf_counter()

    with pytest.raises(FormatError, match="DOCTYPE") as caught:
        parse(raw)

    assert caught.value.line_no == 2
    assert time.perf_counter() - began < 1


def test_a_document_type_in_other_bytes_is_refused_too() -> None:
    text = (
        message(entry())
        .decode()
        .replace("?>\n", "?>\n<!DOCTYPE Document>")
        .replace("UTF-8", "UTF-16")
    )

    with pytest.raises(FormatError, match="DOCTYPE"):
        camt_tree.read_tree(text.encode("utf-16"))


@pytest.mark.parametrize(
    "xml",
    [
        entry(details(SCOR.format("&e9;"))),
        entry(details(SCOR.format("\x00"))),
        "<a>" * 10_000 + "</a>" * 10_000,
        "<Ntry>",
    ],
)
def test_xml_that_is_broken_is_refused(xml: str) -> None:
    with pytest.raises(FormatError, match="not well-formed"):
        parse(message(xml))


def test_a_file_that_is_too_large_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camt_tree, "MAX_BYTES", 100)

    with pytest.raises(FormatError, match="larger than 100 bytes"):
        parse(message(entry()))
