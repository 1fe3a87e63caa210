"""From a template of ``templates/pdf`` to a PDF, drawn by the press."""

from collections.abc import Mapping

from django.template.loader import render_to_string

from invoices import clock
from invoices.documents.pdf.facturx import FILE_NAME
from invoices.documents.pdf.press import press
from invoices.documents.pdf.sheet import Embedded, Sheet


def drawn(template: str, context: Mapping[str, object], *, xml: bytes = b"") -> bytes:
    """A tagged PDF; with the invoice's ``xml`` a Factur-X document. Raises PdfUnavailable."""
    embedded = Embedded(FILE_NAME, xml, clock.now()) if xml else None
    return press.draw(Sheet(render_to_string(template, dict(context)), embedded))
