"""What banks say of mandates: followed once, in both layouts, and kept where it fits nobody."""

import pytest

from invoices.billers.models import Biller
from invoices.history.actors import CUSTOMER
from invoices.history.models import HistoryEntry
from payments.bankfiles.models import BankAnswer
from payments.formats.autogiro import orders
from payments.formats.autogiro.bank import MandateLine, SignupLine
from payments.formats.avtalegiro_register import Mandate as Registered
from payments.formats.base import MandateChange
from payments.mandates import actions
from payments.mandates.answers.actions import follow_file
from payments.mandates.models import Mandate, MandateOrder
from payments.mandates.states import MandateState
from tests.build import a_biller, a_customer, an_invoice
from tests.payments.mandates.house import (
    ACCOUNT,
    PERSONAL_NUMBER,
    SEAL_KEY,
    a_norwegian,
    a_swede,
    active,
    answers,
    enrolled,
    fresh,
    pending,
    received,
    register,
    sent_orders,
    signups,
    with_direct_debit,
)

pytestmark = pytest.mark.django_db
State = MandateState


def a_swedish_biller(slug: str) -> Biller:
    biller = a_biller(slug, "SE")
    with_direct_debit(biller)
    return biller


def waiting(biller: Biller) -> list[str]:
    orders_waiting = MandateOrder.objects.filter(biller=biller, file=None, withdrawn_at=None)
    return list(orders_waiting.values_list("kind", flat=True))


def results() -> list[str]:
    return list(BankAnswer.objects.order_by("pk").values_list("result", flat=True))


@pytest.mark.parametrize("old", [False, True], ids=["new layout", "old layout"])
@pytest.mark.parametrize(
    ("comment", "info", "becomes"),
    [
        ("32", "04", State.ACTIVE),
        ("05", "04", State.REFUSED),
        ("23", "04", State.REFUSED),
        ("10", "04", State.PENDING),  # the bank will say which
        ("33", "03", State.ENDED),
    ],
)
def test_bankgirots_answer_moves_the_mandate(
    comment: str, info: str, becomes: State, old: bool
) -> None:
    mandate = pending(a_swede())
    sent_orders(mandate.biller)

    line = MandateLine(mandate.payer_number, comment, info=info)
    received(mandate.biller, answers(mandate.biller, line, old=old))

    assert fresh(mandate).state == becomes
    assert results() == ["same" if becomes == State.PENDING else "done"]


def test_the_same_file_twice_and_the_same_answer_in_another_file_change_nothing_again() -> None:
    mandate = pending(a_swede())
    yes = MandateLine(mandate.payer_number, "32")
    raw = answers(mandate.biller, yes)

    file = received(mandate.biller, raw)
    received(mandate.biller, raw)
    follow_file(file.pk)
    received(mandate.biller, answers(mandate.biller, yes, yes))

    assert HistoryEntry.objects.filter(kind="mandate.activated").count() == 1
    assert results() == ["done", "same", "same"]


def test_an_answer_that_comes_late_leads_nowhere() -> None:
    mandate = active(a_swede())
    no = MandateLine(mandate.payer_number, "05")

    received(mandate.biller, answers(mandate.biller, no))

    assert fresh(mandate).state == State.ACTIVE


def test_a_stop_is_over_when_the_bank_confirms_it_or_never_knew_it() -> None:
    for comment in ("33", "04"):
        mandate = active(an_invoice(a_customer(a_swedish_biller(f"b{comment}"))))
        sent_orders(mandate.biller)
        actions.stop(mandate.pk, actor=CUSTOMER)
        sent_orders(mandate.biller)

        line = MandateLine(mandate.payer_number, comment, info="03")
        received(mandate.biller, answers(mandate.biller, line))

        assert fresh(mandate).state == State.ENDED, comment


def test_the_bank_pauses_and_lets_go_on() -> None:
    mandate = active(a_swede())
    biller, number = mandate.biller, mandate.payer_number

    received(biller, answers(biller, MandateLine(number, "11", info="93"), old=True))
    assert (fresh(mandate).state, fresh(mandate).paused_by) == (State.PAUSED, "bank")
    received(biller, answers(biller, MandateLine(number, "12", info="93"), old=True))

    assert fresh(mandate).state == State.ACTIVE


def test_what_is_asked_for_in_the_internet_bank_is_accepted_where_it_fits_a_customer() -> None:
    invoice = a_swede()
    biller, customer = invoice.biller, invoice.customer
    type(customer).objects.filter(pk=customer.pk).update(number="98317")

    received(
        biller,
        signups(
            biller,
            SignupLine("98317", ACCOUNT, PERSONAL_NUMBER, name="Åsa Lund"),
            SignupLine("55555", ACCOUNT, PERSONAL_NUMBER, name="Ingen Alls"),
        ),
    )

    mandate = Mandate.objects.get()
    assert (mandate.customer_id, mandate.state) == (customer.pk, State.PENDING)
    assert mandate.payer_account == ACCOUNT
    assert results() == ["done", "unknown"]
    asked = orders.read(sent_orders(biller), bytes.fromhex(SEAL_KEY)).mandates
    assert asked == (
        orders.MandateReply("98317", accepted=True),
        orders.MandateReply("55555", accepted=False),
    )
    received(biller, answers(biller, MandateLine("98317", "32")))
    assert fresh(mandate).state == State.ACTIVE


def test_a_reminder_of_the_bank_is_answered_again_and_a_copy_is_not() -> None:
    invoice = a_swede()
    biller = invoice.biller
    type(invoice.customer).objects.update(number="98317")
    first = SignupLine("98317", ACCOUNT, PERSONAL_NUMBER)
    received(biller, signups(biller, first))
    sent_orders(biller)

    received(biller, signups(biller, first, SignupLine("98317", ACCOUNT, PERSONAL_NUMBER, "Å")))
    assert not waiting(biller)
    again = SignupLine("98317", ACCOUNT, PERSONAL_NUMBER, reminder="1")
    received(biller, signups(biller, again))

    assert waiting(biller) == ["accept"]
    assert Mandate.objects.count() == 1


def test_the_register_makes_what_the_customer_began_here_active_with_the_notice_flag() -> None:
    invoice = a_norwegian()
    mandate = pending(invoice)

    received(invoice.biller, register(invoice.biller, Registered(invoice.reference, notice=False)))

    mandate = fresh(mandate)
    assert (mandate.state, mandate.wants_notice) == (State.ACTIVE, False)
    received(
        invoice.biller,
        register(invoice.biller, Registered(invoice.reference, notice=True), number=2),
    )
    assert fresh(mandate).wants_notice
    assert HistoryEntry.objects.filter(kind="mandate.notice").count() == 1


def test_a_mandate_that_was_made_in_the_bank_alone_is_known_by_the_customers_part_of_the_kid() -> (
    None
):
    invoice = a_norwegian()
    other = an_invoice(invoice.customer)

    received(invoice.biller, register(invoice.biller, Registered(other.reference, notice=True)))

    mandate = Mandate.objects.get()
    assert (mandate.customer_id, mandate.state) == (invoice.customer_id, State.ACTIVE)
    assert mandate.payer_number == invoice.reference[:6]
    assert mandate.moment == "bank"


def test_a_full_listing_ends_what_it_leaves_out_and_begins_what_it_holds() -> None:
    annas = a_norwegian()
    bos = an_invoice(a_customer(annas.biller, "Bo Lund"))
    cias = an_invoice(a_customer(annas.biller, "Cia Moe"))
    dags = an_invoice(a_customer(annas.biller, "Dag Eng"))
    kept, gone, waits = active(annas), active(bos), pending(dags)
    listed = MandateChange.LISTED

    received(
        annas.biller,
        register(
            annas.biller,
            Registered(annas.reference, listed, notice=True),
            Registered(cias.reference, listed, notice=False),
        ),
    )

    assert fresh(kept).state == State.ACTIVE
    assert fresh(gone).state == State.ENDED
    assert fresh(waits).state == State.PENDING  # too new for the listing
    assert Mandate.objects.get(customer=cias.customer).state == State.ACTIVE


def test_single_changes_end_nobody_else() -> None:
    annas = a_norwegian()
    bos = an_invoice(a_customer(annas.biller, "Bo Lund"))
    mine, theirs = active(annas), active(bos)
    deleted = Registered(bos.reference, MandateChange.ENDED)

    received(annas.biller, register(annas.biller, deleted))

    assert fresh(mine).state == State.ACTIVE
    assert fresh(theirs).state == State.ENDED


def test_what_the_customer_stopped_here_stays_stopped_while_the_bank_still_lists_it() -> None:
    invoice = a_norwegian()
    mandate = active(invoice)
    actions.stop(mandate.pk, actor=CUSTOMER)

    received(
        invoice.biller,
        register(invoice.biller, Registered(invoice.reference, MandateChange.LISTED)),
    )
    assert fresh(mandate).state == State.STOPPED
    actions.restore(mandate.pk, actor=CUSTOMER)

    assert fresh(mandate).state == State.ACTIVE


def test_a_kid_that_fits_nobody_is_kept_for_finance() -> None:
    invoice = a_norwegian()

    received(invoice.biller, register(invoice.biller, Registered("9" * 13)))

    assert results() == ["unknown"]
    assert not Mandate.objects.exists()
    entry = HistoryEntry.objects.get(kind="mandate.unknown")
    assert entry.data["number"] == "9" * 13


def test_the_newest_yes_holds_across_schemes() -> None:
    invoice = a_norwegian()
    first = active(invoice)
    actions.stop(first.pk, actor=CUSTOMER)
    second = enrolled(invoice)
    actions.activate(second.pk, actor=CUSTOMER)

    assert fresh(second).state == State.ACTIVE
    assert fresh(first).state == State.STOPPED


def test_personal_numbers_in_answers_stay_in_the_file() -> None:
    mandate = pending(a_swede())
    line = MandateLine(mandate.payer_number, "32", payer_id_no=PERSONAL_NUMBER)

    received(mandate.biller, answers(mandate.biller, line))

    assert PERSONAL_NUMBER not in str(BankAnswer.objects.get().data)
