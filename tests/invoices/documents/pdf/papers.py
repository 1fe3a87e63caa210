"""Making papers in tests, and reading them back."""

import io
import re
from typing import Any

import pikepdf
from django.test import Client
from django.urls import reverse
from django.utils import translation

from invoices.documents.models import Invoice
from invoices.documents.pdf.actions import pdf_of_record
from invoices.documents.pdf.models import StoredPdf
from tests.build import a_link


def record_of(
    invoice: Invoice, language: str = "en", kind: StoredPdf.Kind = StoredPdf.Kind.ISSUED
) -> StoredPdf:
    """The document of record in a language, made as the view makes it."""
    with translation.override(language):
        return pdf_of_record(invoice, kind, language=language)


def url_of(name: str, invoice: Invoice, **more: Any) -> str:
    """The address of one of the customer's papers."""
    return reverse(name, kwargs={"public_id": invoice.public_id, **more})


def a_reader_of(invoice: Invoice, language: str = "en") -> Client:
    """A browser in which a link to the invoice was opened, reading in a language."""
    client = Client()
    client.cookies["nota_language"] = language
    client.get(a_link(invoice))
    return client


def opened(content: bytes) -> pikepdf.Pdf:
    """The PDF as objects."""
    return pikepdf.open(io.BytesIO(content))


def text_of(content: bytes, page: int | None = None) -> str:
    """What a PDF says, or one page of it, in the order it is drawn, a line per run of text.

    Glyphs are led back to letters by each font's own ToUnicode, as a clipboard does it.
    """
    pdf = opened(content)
    chosen = pdf.pages if page is None else [pdf.pages[page]]
    return "\n".join(run for one in chosen for run in _runs(one))


def structure_of(content: bytes) -> list[str]:
    """The names of the structure elements, in order."""
    names: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for child in node.as_list():
                walk(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            names.append(str(node.S).removeprefix("/"))
            walk(node.get("/K"))

    pdf = opened(content)
    walk(pdf.Root.StructTreeRoot.K)
    return names


def _runs(page: pikepdf.Page) -> list[str]:
    letters: dict[int, str] = {}
    runs = []
    for step in pikepdf.parse_content_stream(page):
        operands: Any = step.operands
        if str(step.operator) == "Tf":
            letters = _letters(page.resources.Font[str(operands[0])])
        elif str(step.operator) == "TJ":
            raw = b"".join(bytes(s) for s in operands[0] if isinstance(s, pikepdf.String))
            glyphs = (int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2))
            runs.append("".join(letters.get(glyph, "") for glyph in glyphs))
    return [run.replace("\u00a0", " ").replace("\u202f", " ") for run in runs]


def _letters(font: Any) -> dict[int, str]:
    table = bytes(font.ToUnicode.read_bytes()).decode()
    return {
        int(glyph, 16): bytes.fromhex(letter).decode("utf-16-be")
        for glyph, letter in re.findall(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", table)
    }
