"""How to pay: what there is to copy, and the QR of Swish."""

import re
from html import unescape
from urllib.parse import unquote

import pytest
import segno
from django.test import Client
from lxml import etree

from invoices.billers.models import Biller
from invoices.documents.links.levels import Level
from invoices.documents.models import Invoice
from payments.formats.bgmax import BgPayment
from tests.build import a_bgmax_file, a_biller, a_customer, a_link, an_invoice, receive

pytestmark = pytest.mark.django_db
NUMBER = "1231181189"


def a_swedish_invoice(number: str = NUMBER) -> Invoice:
    biller = a_biller("mobilo", "SE")
    Biller.objects.filter(pk=biller.pk).update(swish_number=number)
    biller.refresh_from_db()
    return an_invoice(a_customer(biller, "Åsa Öberg"))


def page_of(invoice: Invoice, level: Level = Level.OWN) -> str:
    return Client().get(a_link(invoice, level), follow=True).content.decode()


def picture_in(page: str) -> str:
    found = re.search(r'src="data:image/svg\+xml;charset=utf-8,([^"]+)"[^>]* alt="([^"]+)"', page)
    assert found
    assert found[2]
    return unquote(unescape(found[1]))


def squares(svg: str) -> str | None:
    """The dark squares, which are what a telephone reads. The names of SVG must be in its own
    namespace, or no browser draws it."""
    path = etree.fromstring(svg).find("{http://www.w3.org/2000/svg}path[@stroke]")
    assert path is not None
    return path.get("d")


@pytest.mark.parametrize("level", [Level.OWN, Level.PAY_ONLY])
def test_the_qr_fills_in_what_is_left_and_the_reference(level: Level) -> None:
    invoice = a_swedish_invoice()

    svg = picture_in(page_of(invoice, level))

    wanted = segno.make(f"C{NUMBER};500,00;{invoice.reference};0", error="m", micro=False)
    assert squares(svg) == squares(unquote(wanted.svg_data_uri(border=4)).partition(",")[2])
    assert re.search("""fill=['"]#fff""", svg)  # also where the page is dark


def test_the_number_can_be_copied_where_there_is_nothing_to_scan_with() -> None:
    page = page_of(a_swedish_invoice())

    assert "123 118 11 89" in page
    assert f'data-copy="{NUMBER}"' in page


def test_without_a_number_swish_is_not_spoken_of() -> None:
    assert "Swish" not in page_of(a_swedish_invoice(number=""))
    assert "Swish" not in page_of(an_invoice())


def test_where_nothing_is_left_there_is_nothing_to_scan() -> None:
    invoice = a_swedish_invoice()
    receive(invoice.biller, a_bgmax_file(invoice.biller, BgPayment(50_000, invoice.reference)))

    assert "data:image/svg" not in page_of(invoice)
