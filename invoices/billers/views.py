"""The biller's logo: the one thing here that anybody may see."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from invoices.billers.models import Biller

A_YEAR_S = 365 * 24 * 3600


@require_safe
def logo(request: HttpRequest, public_id: uuid.UUID, mark: str) -> HttpResponse:
    """The logo as PNG. ``mark`` is part of the address only, so that it may be kept for ever."""
    biller = Biller.objects.filter(public_id=public_id, logo__isnull=False).only("logo").first()
    if biller is None or biller.logo is None:
        raise Http404
    return HttpResponse(
        bytes(biller.logo),
        content_type="image/png",
        headers={"Cache-Control": f"public, max-age={A_YEAR_S}, immutable"},
    )
