"""What people do in their browser before the picture is taken, in any language."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.jobs import run_letters

type Act = Callable[[Page], object]


def opens(*places: str) -> Act:
    """They follow these links one after the other, in the panel in which they stand."""

    def act(page: Page) -> None:
        for place in places:
            page.locator(f'main a[href$="{place}"]').first.click()
            page.wait_for_load_state("networkidle")

    return act


def sends(**fields: str) -> Act:
    """They fill the page's first form and send it. A name is the end of a field's name."""

    def act(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f'main form [name$="{name}"]').first.fill(value)
        page.locator("main form .btn.main").first.click()
        page.wait_for_load_state("networkidle")

    return act


def opens_all(page: Page) -> None:
    """They open everything that is one tap away."""
    page.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true })")


def goes_offline(page: Page) -> None:
    """The net is gone."""
    page.context.set_offline(True)
    page.wait_for_selector('[data-live-sign][data-state="reconnecting"]')


def waits(page: Page) -> None:
    """They choose a change, and the answer does not come."""
    page.route("**/changes/", lambda route: None)
    page.locator('main a[href$="/changes/"]').first.click()
    page.wait_for_timeout(600)


def chooses_a_day(page: Page) -> None:
    """They choose the last day that can be chosen, and go on."""
    page.locator("main .cell input").last.check(force=True)
    sends()(page)


def enters_a_wrong_code(page: Page) -> None:
    """They have a code sent and enter another one."""
    sends()(page)
    run_letters()
    page.reload()
    sends(code="000000")(page)


def credits_all(page: Page) -> None:
    """They credit the whole invoice."""
    page.locator('main [value="whole"]').check()
    sends(reason="Montøren kom en dag for sent")(page)


def hands_over(page: Page) -> None:
    """They hand it to whoever collects."""
    who = {"agency": "Kravo Inkasso AS", "phone": "+47 22 11 00 00", "case_no": "K-4711"}
    sends(**who, account="1503 40 00001", reference="990011440", reason="Ubetalt")(page)


def logs_in_wrong(page: Page) -> None:
    """They give a password that is not theirs."""
    page.locator('main [name="login"]').fill("marte@nota.example")
    page.locator('main [name="password"]').fill("feil")
    page.locator('main [name="password"]').press("Enter")
    page.wait_for_load_state("networkidle")


def looks_for(words: str) -> Act:
    """They look for another invoice of the payment."""

    def act(page: Page) -> None:
        page.locator("[data-find]").fill(words)
        page.locator("[data-find]").press("Enter")
        page.wait_for_load_state("networkidle")

    return act


def splits_wrong(page: Page) -> None:
    """They split a payment into parts that do not add up."""
    page.locator("[data-split] summary").click()
    page.locator("[data-split] [name=amount]").first.fill("1")
    page.locator("[data-split] .btn").click()
    page.wait_for_load_state("networkidle")


def presses(*names: str) -> Act:
    """They press the button of one of these names, in whatever language the page speaks."""

    def act(page: Page) -> None:
        for name in (*names, "Not ours"):
            if (button := page.get_by_role("button", name=name, exact=True)).count():
                button.click()
                break
        page.wait_for_load_state("networkidle")

    return act


def strikes(*keys: str) -> Act:
    """They strike these keys."""

    def act(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)

    return act


def picks(page: Page) -> None:
    """Choose the two first conversations of the list."""
    for place in (0, 1):
        page.locator(".pick").nth(place).check()
