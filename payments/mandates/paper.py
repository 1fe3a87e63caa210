"""What stands on the mandate's PDF: the wording, who and when, in the language in force."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from invoices import clock
from invoices.documents.pdf.paper import Fact, Sender, sender
from invoices.documents.pdf.words import moment_words
from payments.mandates.models import Mandate
from payments.mandates.wording import Wording


@dataclass(frozen=True, slots=True)
class MandatePaper:
    """All that the template says."""

    language: str
    title: str
    heading: str
    sender: Sender
    facts: list[Fact]
    paragraphs: list[str]


def mandate_paper(mandate: Mandate, said: Wording) -> MandatePaper:
    """The mandate as it is signed: its first line is the heading, the rest stands word for word."""
    heading, *paragraphs = [part for part in said.text.strip().split("\n\n") if part]
    made = moment_words(timezone.localtime(clock.now()), said.language)
    facts = [
        Fact(_("Customer"), f"{mandate.customer.name} ({mandate.customer.number})"),
        Fact(_("Made"), made),
        Fact(_("Wording"), f"{said.version} ({said.language})"),
        Fact("SHA-256", said.sha256.hex()),
    ]
    return MandatePaper(
        language=said.language,
        title=f"{heading} · {mandate.biller.name}",
        heading=heading,
        sender=sender(mandate.biller, with_vat=False),
        facts=facts,
        paragraphs=paragraphs,
    )
