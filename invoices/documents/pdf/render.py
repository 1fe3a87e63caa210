"""From a template to a PDF: the one place that knows WeasyPrint.

Importing this needs the system library Pango; ``actions`` imports it late, and says so where it is
missing. Fonts and styles are read once per process. Nothing is asked of the network: the fetcher
knows our own fonts and data already in the document, and stops the drawing at anything else.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from invoices import clock
from invoices.documents.pdf import facturx
from invoices.documents.pdf.turns import a_turn

STYLE: Final = Path(__file__).parent / "style"
OWN: Final = "nota:fonts/"
FONTS: Final = frozenset({"inter-regular.woff2", "inter-semibold.woff2"})


class OwnData(URLFetcher):  # type: ignore[misc]
    """Knows our two fonts and ``data:``; anything else stops the drawing."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """The font or the data behind an address; ValueError for every other address."""
        name = url.removeprefix(OWN)
        if url.startswith(OWN) and name in FONTS:
            return URLFetcherResponse(url, (STYLE / "fonts" / name).read_bytes())
        return super().fetch(url, headers)


@cache
def _press() -> tuple[FontConfiguration, CSS, OwnData]:
    fonts, fetcher = FontConfiguration(), OwnData()
    style = CSS(
        string=(STYLE / "paper.css").read_text(encoding="utf-8"),
        url_fetcher=fetcher,
        font_config=fonts,
    )
    return fonts, style, fetcher


def drawn(
    template: str,
    context: Mapping[str, object],
    *,
    variant: str = "pdf/ua-1",
    attachments: Sequence[Attachment] = (),
    more_metadata: bytes = b"",
) -> bytes:
    """Draw a template of ``templates/pdf`` as a tagged PDF of a PDF/UA or PDF/A variant.

    ``more_metadata`` is put into the document's own RDF, since XMP knows only one.
    """
    html = render_to_string(template, dict(context))
    options = {"pdf_variant": variant, "pdf_tags": True, "attachments": list(attachments)}
    with a_turn():
        fonts, style, fetcher = _press()
        document = HTML(string=html, url_fetcher=fetcher).render(
            font_config=fonts, stylesheets=[style], **options
        )
        if more_metadata:
            own = document.metadata.generate_rdf_metadata
            end = b"</rdf:RDF>"
            document.metadata.generate_rdf_metadata = lambda *said: own(*said).replace(
                end, more_metadata + end
            )
        content: bytes = document.write_pdf(**options)
    return content


def with_invoice(xml: bytes) -> dict[str, Any]:
    """What ``drawn`` takes for a Factur-X document: PDF/A-3b with the invoice's XML in it.

    It is tagged as the others are and says so (PDF/UA-1), besides being an archive's document.
    """
    attachment = Attachment(
        string=xml,
        name=facturx.FILE_NAME,
        description="Factur-X",
        relationship="Alternative",
        created=clock.now(),
        modified=clock.now(),
    )
    return {
        "variant": "pdf/a-3b",
        "attachments": [attachment],
        "more_metadata": (STYLE / "facturx.rdf").read_bytes(),
    }
