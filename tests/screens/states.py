"""THE table of what is pictured: a line for each page in each state. A new room adds its lines.

A state is built for a Norwegian and for a Swedish biller, through the product's own actions.
"""

from dataclasses import dataclass

from invoices.billers.roles import Role
from tests.people import expire, revoke
from tests.screens.doings import (
    chooses_a_day,
    credits_all,
    enters_a_wrong_code,
    goes_offline,
    hands_over,
    logs_in_wrong,
    looks_for,
    opens,
    opens_all,
    picks,
    presses,
    sends,
    splits_wrong,
    strikes,
    waits,
)
from tests.screens.house import Shot
from tests.screens.inbox import in_inbox, snoozed_and_tagged, talking
from tests.screens.steps import (
    CANCELLED,
    CHARGED,
    CREDITED_LINE,
    CREDITED_WHOLE,
    DISPUTED,
    WRITTEN_DOWN,
    Build,
    acting,
    at_desk,
    collected,
    empty,
    happened,
    invoice_with,
    long,
    many_invoices,
    moved,
    on_page,
    paid,
    paid_back,
    promised,
    reviewing,
    said_paid,
    shared,
    split,
    split_long_ago,
    staff_did,
    staff_on,
    stood,
    strict,
    with_a_link,
    yellow,
)


@dataclass(frozen=True, slots=True)
class State:
    """A page in a state. ``look`` is "" for both sizes and modes, or one of camera.LOOKS."""

    name: str
    build: Build
    look: str = ""


STATES = (
    # The invoice, as its customer sees it
    State("open", happened(due_in=12)),
    State("due-soon", happened()),
    State("due-today", happened(due_in=0)),
    State("overdue", happened(due_in=-3)),
    State("part-paid", happened(paid(0.23))),
    State("paid", happened(paid(0.23, 3), paid(1))),
    State("overpaid", happened(paid(1.1))),
    State("credited", happened(CREDITED_WHOLE)),
    State("written-down", happened(WRITTEN_DOWN)),
    State("written-off", happened(staff_did("write_down", 109_900))),
    State("charged", happened(CHARGED)),
    State("split", happened(split)),
    State("split-part-paid", happened(split, paid(0.4, 0))),
    State("moved", happened(moved)),
    State("disputed", happened(DISPUTED)),
    State("cancelled", happened(CANCELLED)),
    State("in-collection", happened(paid(0.23, 30), collected, due_in=-25)),
    State("refunded", happened(paid(1, 3), CREDITED_WHOLE, paid_back)),
    State("paid-back-in-part", happened(paid(1, 3), CREDITED_LINE, paid_back)),
    State("first-invoice", happened(before=False)),
    State("large", lambda house: house.customer(long(house))),
    State("everything-open", acting(happened(CHARGED), opens_all)),
    State("as-it-stood", stood),
    State("locked-areas", lambda house: happened()(strict(house))),
    State("yellow-brand", lambda house: happened()(yellow(house))),
    State("offline", acting(happened(), goes_offline)),
    State("waiting", acting(happened(), waits)),
    State("printed", happened(paid(0.23)), "print"),
    State("reflow", happened(paid(0.23)), "reflow"),
    State("forced-colours", happened(paid(0.23)), "forced"),
    State("in-collection-reflow", happened(collected, due_in=-25), "reflow"),
    State("paid-forced-colours", happened(paid(1)), "forced"),
    # What is said of paying, and instalments
    State("say-paid", acting(happened(due_in=-2), opens("/paid/"))),
    State("say-paid-refused", acting(on_page("paid/"), sends(amount="9999"))),
    State("said-paid", happened(said_paid(), due_in=-2)),
    State("said-paid-lapsed", happened(said_paid(20), due_in=-16)),
    State("promise", acting(happened(due_in=-2), opens("/promise/"))),
    State("promised", happened(promised(), due_in=-2)),
    State("promise-broken", happened(promised(12), due_in=-16)),
    State("plan-behind", happened(split_long_ago, due_in=-2)),
    State("staff-said-paid", staff_on(said_paid(), due_in=-2)),
    # What the customer can change
    State("change", acting(happened(), opens("/changes/"))),
    State("change-paid", on_page("changes/", due_in=-40)),
    State("move", acting(happened(), opens("/changes/", "/due-date/"))),
    State("move-preview", acting(on_page("changes/due-date/"), chooses_a_day)),
    State("move-refused", acting(on_page("changes/due-date/"), sends())),
    State("split-form", acting(happened(), opens("/changes/", "/split/"))),
    State("split-preview", acting(on_page("changes/split/"), sends())),
    State("split-refused", acting(on_page("changes/split/"), sends(amount_1="12"))),
    State("split-reflow", on_page("changes/split/"), "reflow"),
    State("move-reflow", on_page("changes/due-date/"), "reflow"),
    # Links, codes, details
    State("pay-only", lambda house: house.payer(house.invoice())),
    State("pay-only-paid", lambda house: house.payer(invoice_with(house, paid(1)))),
    State("pay-only-in-collection", lambda h: h.payer(invoice_with(h, collected, due_in=-25))),
    State("code-door", on_page("you/")),
    State("code-wrong", acting(on_page("you/"), enters_a_wrong_code)),
    State("your-details", on_page("you/", code=True)),
    State("your-details-refused", acting(on_page("you/", code=True), sends())),
    State("your-invoices", many_invoices),
    State("who-has-access", shared),
    State("shared-now", acting(shared, sends(made_for="Mamma"))),
    State("expired-link", with_a_link(expire, 410)),
    State("revoked-link", with_a_link(revoke, 404)),
    # Staff
    State("staff-invoice", staff_on(paid(0.23))),
    State("staff-disputed", staff_on(DISPUTED)),
    State("staff-credit", acting(staff_on(), opens("/credit/"))),
    State("staff-credit-preview", acting(staff_on(path="changes/credit/"), credits_all)),
    State("staff-charge-refused", acting(staff_on(path="changes/charge/"), sends())),
    State("staff-write-down", staff_on(path="changes/write-down/")),
    State(
        "staff-cancel-preview", acting(staff_on(path="changes/cancel/"), sends(reason="Feil kunde"))
    ),
    State("staff-in-collection", staff_on(collected, due_in=-25)),
    State("staff-collection", staff_on(path="changes/collection/", due_in=-25)),
    State(
        "staff-collection-preview",
        acting(staff_on(path="changes/collection/", due_in=-25), hands_over),
    ),
    State("staff-links", staff_on(path="links/")),
    State("desk", at_desk()),
    State("desk-agent", at_desk(role=Role.AGENT)),
    State("desk-nothing-found", at_desk("?q=finnes+ikke")),
    State("desk-empty", lambda house: empty(house).at_desk()),
    # Payments that wait
    State("review", reviewing()),
    State("review-payment", reviewing("digit")),
    State("review-two-customers", reviewing("deceiving")),
    State("review-no-lead", reviewing("unrelated")),
    State("review-search", acting(reviewing("unrelated"), looks_for("Haugen"))),
    State("review-split", acting(reviewing("two"), opens_all)),
    State("review-split-refused", acting(reviewing("two"), splits_wrong)),
    State("review-not-ours", acting(reviewing("unrelated"), presses("Ikke vår", "Inte vår"))),
    State("review-booked", reviewing("booked")),
    State("review-keys", acting(reviewing("digit"), strikes("?"))),
    State("review-many", reviewing("many/")),
    State("review-quality", reviewing("quality/")),
    State("review-empty", lambda house: empty(house).at_desk("payments/")),
    # The inbox
    State("inbox", in_inbox()),
    State("inbox-talk", talking()),
    State("inbox-snoozed", snoozed_and_tagged),
    State("inbox-mentions-empty", in_inbox("?view=mentions")),
    State("inbox-snoozed-empty", in_inbox("?view=snoozed")),
    State("inbox-found", in_inbox("?q=rute")),
    State("inbox-nothing-found", in_inbox("?q=finnes+ikke")),
    State("inbox-chosen", acting(in_inbox(), picks)),
    # The rest
    State("login", lambda house: Shot("/accounts/login/")),
    State("login-refused", acting(lambda house: Shot("/accounts/login/"), logs_in_wrong)),
    State("security", lambda house: Shot("/accounts/2fa/", house.at_desk().cookies)),
    State("control-room", lambda house: Shot(f"/demo/{house.slug}/")),
    State("not-found", lambda house: Shot("/invoice/unknown/", status=404)),
    State("fault", lambda house: Shot("/fault/", status=500)),
)
