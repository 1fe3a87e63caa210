"""The page as an app on a telephone: what it is called, where it starts, what it shows offline.

None of it holds a secret: the manifest names the biller and no invoice, the app starts at what
this browser has opened last, and the worker keeps static files and one page without content.
"""

import hashlib
import json
import uuid

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from invoices.billers.models import Biller
from invoices.documents.links.access import may_renew, own_links_of_session
from invoices.documents.links.queries import is_open

PAPER = "#f5f3ee"
# What the offline page is drawn with (components/calm_page.html).
KEPT = ("css/nota.css", "img/nota.svg")
ICONS = (
    ("img/nota.svg", "any", "image/svg+xml", "any"),
    ("img/nota-192.png", "192x192", "image/png", "any"),
    ("img/nota-512.png", "512x512", "image/png", "any"),
    ("img/nota-whole-512.png", "512x512", "image/png", "maskable"),
)


@require_safe
def manifest(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The web app manifest under a biller's name, which is known to all who get its letters."""
    biller = Biller.objects.filter(public_id=public_id).only("name").first()
    if biller is None:
        raise Http404
    said = {
        "id": reverse("app_start"),
        "name": biller.name,
        "short_name": biller.name[:12].strip(),
        "start_url": reverse("app_start"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {"src": static(path), "sizes": sizes, "type": kind, "purpose": purpose}
            for path, sizes, kind, purpose in ICONS
        ],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """To the invoice opened last in this browser; where none is, how to come in again."""
    links = own_links_of_session(request)
    for link in links:
        if is_open(link):
            return redirect("invoice_page", public_id=link.invoice.public_id)
    for link in links:
        if may_renew(link):
            return redirect("old_link", link_id=link.public_id)
    return render(request, "invoices/app/start.html")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the worker shows where there is no network: no invoice, and why."""
    return render(request, "invoices/app/offline.html")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The worker of the whole site, with what it keeps; other files make another worker."""
    kept = [static(path) for path in KEPT]
    mark = hashlib.sha256("".join(kept).encode()).hexdigest()[:12]
    told = json.dumps({"name": f"nota-{mark}", "offline": reverse("app_offline"), "kept": kept})
    script = f"self.nota = {told};\nimportScripts({json.dumps(static('js/worker.js'))});\n"
    return HttpResponse(script, content_type="text/javascript")
