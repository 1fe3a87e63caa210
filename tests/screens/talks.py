"""The conversation as its customer meets it, in every state."""

from collections.abc import Callable
from datetime import time
from uuid import uuid4

from playwright.sync_api import FilePayload, Page

from invoices.billers.models import Biller
from invoices.documents.models import Invoice
from invoices.history.actors import CUSTOMER, SYSTEM, staff
from messaging.faq.actions import write_answer
from messaging.files.checks import check_all
from messaging.hours.actions import set_week
from messaging.hours.calendar import Period
from messaging.pace.models import Pace
from messaging.satisfaction.actions import add_words, rate
from messaging.satisfaction.states import Score
from messaging.threads import actions
from messaging.threads.models import Thread
from tests.messaging.files.samples import PDF, a_photo
from tests.screens.house import House
from tests.screens.steps import Build, Step, happened

FAQ = {
    "NO": ("nb", "Kan jeg utsette betalingen?", "Ja. Velg «Flytt forfall» på denne siden."),
    "SE": ("sv", "Kan jag skjuta upp betalningen?", "Ja. Välj ”Flytta förfallodagen” på sidan."),
}
ASKED = {"NO": "Jeg vil utsette betalingen", "SE": "Jag vill skjuta upp betalningen"}


def wrote(text: str, *, about: str = "", files: bool = False, hours_ago: int = 2) -> Step:
    """The customer wrote, with a photo and a PDF where there are files."""

    def did(house: House, invoice: Invoice) -> None:
        sent = check_all([("IMG_2041.HEIC", a_photo()), ("kvittering.pdf", PDF)]) if files else []
        with house.days_ago(0, hour=max(12 - hours_ago, 0)):
            actions.post(invoice, text, actor=CUSTOMER, message_id=uuid4(), about=about, files=sent)

    return did


def answered(text: str) -> Step:
    """An agent answered, and the customer's page has not shown it yet."""

    def did(house: House, invoice: Invoice) -> None:
        actor = staff(house.asker().user_id or 0)
        actions.post(invoice, text, actor=actor, message_id=uuid4())

    return did


def closed(house: House, invoice: Invoice) -> None:
    """The conversation is closed."""
    actions.close(Thread.objects.get(invoice=invoice), actor=staff(house.asker().user_id or 0))


def rated(words: str = "") -> Step:
    """The customer said how it went."""

    def did(house: House, invoice: Invoice) -> None:
        rate(invoice, Score.GOOD, actor=CUSTOMER)
        if words:
            add_words(invoice, words, actor=CUSTOMER)

    return did


def talked(*steps: Step) -> Build:
    """A customer of a biller that is open and has an answer to what is often asked."""
    return lambda house: happened(*steps)(prepared(house))


def prepared(house: House) -> House:
    """Open around the clock, four in five answered in 4 to 35 minutes, one answer on file."""
    _open(house.biller)
    language, question, answer = FAQ[house.biller.country]
    write_answer(house.biller, language, question, answer, actor=SYSTEM)
    return house


def _open(biller: Biller) -> None:
    always = {day: [Period(time(), time())] for day in range(7)}
    set_week(biller, always, actor=SYSTEM)
    figures = {"answers": 60, "low_s": 240, "high_s": 2_100, "per_hour": 6}
    Pace.objects.update_or_create(biller=biller, defaults={**figures, "quiet": [[1, 13, 15]]})


def asks_about_a_line(page: Page) -> None:
    """They tap the sign beside a line."""
    page.locator("#panel-lines a.ask").first.click()
    page.wait_for_load_state("networkidle")


def types(text: Callable[[Page], str] | str) -> Callable[[Page], None]:
    """They write and have not sent it."""

    def act(page: Page) -> None:
        words = text if isinstance(text, str) else text(page)
        page.locator("#message-text").press_sequentially(words, delay=5)
        page.wait_for_timeout(1_200)
        page.locator("#panel-messages").scroll_into_view_if_needed()

    return act


def in_own_words(page: Page) -> str:
    """What fits the one answer, in the customer's language."""
    swedish = page.locator("html").get_attribute("lang") == "sv"
    return ASKED["SE" if swedish else "NO"]


def opens_the_answer(page: Page) -> None:
    """They write what fits, and open the answer."""
    types(in_own_words)(page)
    found = page.locator("[data-answers] summary")
    if found.count():
        found.first.click()


def chooses_files(page: Page) -> None:
    """They choose two files, of which one cannot be sent, and send them."""
    files: list[FilePayload] = [
        {"name": "kvittering.pdf", "mimeType": "application/pdf", "buffer": PDF},
        {"name": "regneark.xlsx", "mimeType": "application/zip", "buffer": b"PK\x03\x04"},
    ]
    page.set_input_files("#message-files", files)
    page.locator("[data-composer] .btn.main").click()
    page.wait_for_timeout(500)


def writes_offline(page: Page) -> None:
    """The net is gone, and they send all the same."""
    page.context.set_offline(True)
    page.fill("#message-text", "Hei, er dere der?")
    page.locator("[data-composer] .btn.main").click()
    page.wait_for_timeout(500)
