"""What is asked of every page in every state, besides its looks: ``tests.screens --check``.

axe in light and dark; nothing that runs out of a narrow window or is cut off: with words 40 %
longer, with the text spacing of WCAG 1.4.12, at 200 % zoom (half a desktop) and at 400 % (320 px).
"""

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
# An e-mail is read inside another page, which has the landmarks.
OF_PAGES = {name: {"enabled": False} for name in ("landmark-one-main", "region")}
NARROW: ViewportSize = {"width": 320, "height": 640}
ZOOMED: ViewportSize = {"width": 640, "height": 450}

# As other languages are: every word of three letters or more grows by 40 %. Figures do not.
LENGTHEN = """() => {
    document.adoptedStyleSheets = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const longer = (word) => word + word.slice(0, Math.ceil(word.length * 0.4)).toLowerCase();
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (!node.parentElement.closest("script, style, template")) {
            node.data = node.data.replace(/[\\p{L}]{3,}/gu, longer);
        }
    }
}"""
# A sheet made by a script is let through by the page's own policy of styles.
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets.push(sheet);
}"""
# What is hidden from the eye on purpose is no larger than a dot; what scrolls by itself may be
# wider than the window.
CUT_OFF = """() => {
    const room = document.documentElement.clientWidth;
    const name = (e) => `${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""}` +
        `${e.classList.length ? "." + [...e.classList].join(".") : ""}` +
        ` "${e.textContent.trim().slice(0, 40)}"`;
    const scrolls = (e) => e && (/auto|scroll/.test(getComputedStyle(e).overflowX)
        && e !== document.documentElement && e !== document.body || scrolls(e.parentElement));
    const tiny = (e) => e && (/hidden|clip/.test(getComputedStyle(e).overflow)
        && e.getBoundingClientRect().width <= 2 || tiny(e.parentElement));
    const found = [];
    if (document.documentElement.scrollWidth > room) {
        found.push(`the page is ${document.documentElement.scrollWidth - room} px too wide`);
    }
    for (const each of document.body.querySelectorAll("*")) {
        if (!each.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        const box = each.getBoundingClientRect();
        if (box.width <= 2 || box.height <= 2 || tiny(each) || each.closest("svg, .skip")) continue;
        if (box.right > room + 1 && !scrolls(each)) {
            found.push(`${name(each)} ends ${Math.round(box.right - room)} px outside`);
        }
        const style = getComputedStyle(each);
        const cuts = /hidden|clip/.test(style.overflowX) &&
            each.matches(":not(progress, iframe, input)");
        if (cuts && each.scrollWidth > each.clientWidth + 1) {
            found.push(`${name(each)} is cut off`);
        }
    }
    return found.slice(0, 5);
}"""


LOOKS: tuple[tuple[str, ViewportSize, str], ...] = (
    ("200 %", ZOOMED, ""),
    ("320 px", NARROW, ""),
    ("320 px, text spacing", NARROW, SPACED),
    ("320 px, longer words", NARROW, LENGTHEN),
)


def axe_faults(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    is_letter = page.locator("body > [role=article]").count() > 0
    rules = RULES | {"rules": OF_PAGES} if is_letter else RULES
    found = Axe().run(page, options=rules).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def faults_of(page: Page) -> Iterator[str]:
    """All that is wrong with the page; its text and width are not what they were afterwards."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        yield from (f"axe, {scheme}: {each}" for each in axe_faults(page))
    for how, size, change in LOOKS:
        page.set_viewport_size(size)
        if change:
            page.evaluate(change)
        yield from (f"{how}: {each}" for each in page.evaluate(CUT_OFF))
