"""The code under way in a browser, and how its address is shown."""

from invoices.documents.links.models import SecretLink, StepUpCode


def latest_code(
    session_sha256: bytes, purpose: str, link: SecretLink, *, for_update: bool = False
) -> StepUpCode | None:
    """The unused code this browser asked for by this link, if any."""
    codes = StepUpCode.objects.filter(
        session_sha256=session_sha256, purpose=purpose, link=link, used_at=None
    )
    if for_update:
        codes = codes.select_for_update(of=("self",))
    return codes.select_related("contact_point").order_by("-pk").first()


def masked_email(address: str) -> str:
    """Enough of an address for its owner to know it, too little for anybody else: l•••@e•••.com."""
    name, _, domain = address.rpartition("@")
    host, dot, top = domain.rpartition(".")
    if not name or not dot:
        return "•••"
    return f"{name[0]}•••@{host[:1]}•••.{top}"
