"""A biller's face on a page: its brand and its logo."""

import hashlib

from django.urls import reverse

from invoices.billers.branding import Look, look
from invoices.billers.models import Biller


def look_of(biller: Biller) -> Look:
    """The ``brand`` of a page's context."""
    return look(biller.name, biller.brand_colour, logo_url_of(biller))


def logo_url_of(biller: Biller) -> str:
    """Where the logo is, "" without one; the address changes with the logo."""
    if not biller.logo:
        return ""
    mark = hashlib.sha256(bytes(biller.logo)).hexdigest()[:12]
    return reverse("biller_logo", kwargs={"public_id": biller.public_id, "mark": mark})
