"""Finding billers."""

from invoices.billers.models import Biller
from invoices.errors import N_, Refused


def biller_by_slug(slug: str) -> Biller:
    """The biller with the slug; for "" the only one there is. Refused tells the slugs."""
    billers = {biller.slug: biller for biller in Biller.objects.order_by("slug")}
    if not billers:
        raise Refused(N_("There is no biller yet."))
    if not slug and len(billers) == 1:
        return next(iter(billers.values()))
    if slug in billers:
        return billers[slug]
    if not slug:
        raise Refused(N_("Say which biller with --biller: {slugs}."), slugs=", ".join(billers))
    raise Refused(
        N_("There is no biller “{slug}”. Choose one of: {slugs}."),
        slug=slug,
        slugs=", ".join(billers),
    )
