"""From a sheet to a PDF: the one place that knows WeasyPrint. Pure.

Importing this needs the system library Pango. Fonts and styles are read once per process. Nothing
is asked of the network: the fetcher knows our own fonts and data already in the document, and
stops the drawing at anything else.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from invoices.documents.pdf.sheet import Embedded, Sheet

__all__ = ["FatalURLFetchingError", "OwnData", "draw", "tools"]

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
def tools() -> tuple[FontConfiguration, CSS, OwnData]:
    """Fonts, styles and the fetcher, read once."""
    fonts, fetcher = FontConfiguration(), OwnData()
    style = CSS(
        string=(STYLE / "paper.css").read_text(encoding="utf-8"),
        url_fetcher=fetcher,
        font_config=fonts,
    )
    return fonts, style, fetcher


def draw(sheet: Sheet) -> bytes:
    """A tagged PDF/UA-1; with an invoice's XML in it, PDF/A-3b besides.

    Factur-X wants its own words in the document's RDF, since XMP knows only one.
    """
    options: dict[str, Any] = {"pdf_variant": "pdf/ua-1", "pdf_tags": True}
    if sheet.embedded:
        options |= {"pdf_variant": "pdf/a-3b", "attachments": [_attachment(sheet.embedded)]}
    fonts, style, fetcher = tools()
    document = HTML(string=sheet.html, url_fetcher=fetcher).render(
        font_config=fonts, stylesheets=[style], **options
    )
    if sheet.embedded:
        own = document.metadata.generate_rdf_metadata
        end, more = b"</rdf:RDF>", (STYLE / "facturx.rdf").read_bytes()
        document.metadata.generate_rdf_metadata = lambda *said: own(*said).replace(end, more + end)
    content: bytes = document.write_pdf(**options)
    return content


def _attachment(embedded: Embedded) -> Attachment:
    return Attachment(
        string=embedded.xml,
        name=embedded.name,
        description="Factur-X",
        relationship="Alternative",
        created=embedded.made_at,
        modified=embedded.made_at,
    )
