"""A single draw is stopped, drawn after all, or paid by hand instead: on the page, in time."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from invoices.billers.models import User
from invoices.billers.roles import Role
from invoices.documents.links.levels import Channel, Level
from invoices.errors import Refused
from invoices.history.actors import CUSTOMER
from invoices.history.models import HistoryEntry
from payments.claims.models import Claim
from payments.claims.states import ClaimState
from payments.claims.wishes.actions import resume_draw, stop_draw
from payments.outgoing.models import OutgoingFile
from payments.underway.models import Underway
from tests.build import a_biller, a_customer, a_link, a_member, a_payment, a_provider, an_invoice
from tests.payments.claims.house import House, a_house, at, work
from tests.payments.claims.test_life import MONDAY, sent
from tests.people import opener

pytestmark = pytest.mark.django_db

S = ClaimState


@pytest.fixture(autouse=True)
def clock_hands() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY), tick=False) as traveller:
        yield traveller


def stop(house: House) -> Claim:
    return stop_draw(house.invoice.pk, house.claim.public_id, actor=CUSTOMER)


def resume(house: House) -> Claim:
    return resume_draw(house.invoice.pk, house.claim.public_id, actor=CUSTOMER)


def test_a_planned_draw_is_stopped_and_stays_so(clock_hands: time_machine.Traveller) -> None:
    house = a_house()
    house.tick()

    stop(house)
    stop(house)
    clock_hands.move_to(at(house.claim.send_from))
    house.tick()

    assert house.claim.state == S.STOPPED
    assert house.told().count("claim.stopped") == 1
    assert not OutgoingFile.objects.exists()


def test_a_stop_is_undone_while_there_is_time(clock_hands: time_machine.Traveller) -> None:
    house = a_house()
    clock_hands.move_to(at(house.claim.notice_by))
    house.tick()
    stop(house)

    clock_hands.move_to(at(house.claim.send_from))
    resume(house)
    resume(house)
    house.tick()

    assert house.claim.state == S.SENT
    assert house.told()[-2:] == ["claim.resumed", "claim.sent"]


def test_a_stop_cannot_be_undone_when_the_bank_cannot_be_asked_any_more(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    stop(house)
    clock_hands.move_to(house.claim.send_by)

    with pytest.raises(Refused):
        resume(house)

    assert house.claim.state == S.STOPPED


def test_what_was_paid_meanwhile_is_not_drawn_after_all() -> None:
    house = a_house()
    stop(house)
    house.receive(house.bank.pays(house.invoice, 50_000))

    claim = resume(house)

    assert claim.state == S.WITHDRAWN


def test_a_draw_at_the_bank_is_taken_back_before_the_cut_off(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    sent(house, clock_hands)
    house.bank.read()

    stop(house)
    stop(house)
    house.bank.read()

    assert house.claim.state == S.CANCELLING
    assert house.bank.orders == []
    assert OutgoingFile.objects.filter(kind="cancellations").count() == 1
    assert not Underway.objects.filter(until=None).exists()
    house.tick()
    assert Claim.objects.count() == 1


def test_it_is_too_late_at_the_cut_off(clock_hands: time_machine.Traveller) -> None:
    house = a_house()
    claim = sent(house, clock_hands)
    clock_hands.move_to(claim.cancel_by)

    with pytest.raises(Refused):
        stop(house)

    assert house.claim.state == S.SENT


def test_a_payment_under_way_holds_the_draw_back_until_there_is_no_more_time(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    clock_hands.move_to(at(house.claim.notice_by))
    house.tick()
    a_payment(house.invoice, 20_000)
    clock_hands.move_to(at(house.claim.send_from))

    house.tick()
    assert house.claim.state == S.NOTIFIED
    assert not OutgoingFile.objects.exists()

    clock_hands.move_to(house.claim.send_by)
    house.tick()
    assert (house.claim.state, house.claim.reason) == (S.WITHDRAWN, "held")


def test_nobody_pays_by_hand_while_the_bank_draws(clock_hands: time_machine.Traveller) -> None:
    house = a_house()
    sent(house, clock_hands)

    with pytest.raises(Refused):
        a_payment(house.invoice, 20_000)


# --- On the page ------------------------------------------------------------------------------


def path(house: House, what: str) -> str:
    return f"/invoice/{house.invoice.public_id}/draws/{house.claim.public_id}/{what}/"


def staff_path(house: House, what: str) -> str:
    ends = f"draws/{house.claim.public_id}/{what}/"
    return f"/staff/{house.biller.slug}/invoice/{house.invoice.public_id}/{ends}"


def page(client: Client, house: House) -> str:
    return client.get(f"/invoice/{house.invoice.public_id}/").content.decode()


def member(house: House, role: Role) -> Client:
    return logged_in(a_member(house.biller, role))


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_lists_the_draw_and_the_customer_stops_it_and_undoes_that() -> None:
    house = a_house()
    anna = opener("anna", a_link(house.invoice)).client()
    assert path(house, "stop") in page(anna, house)

    answer = anna.post(path(house, "stop"))
    assert (answer.status_code, house.claim.state) == (303, S.STOPPED)
    assert path(house, "resume") in page(anna, house)

    answer = anna.post(path(house, "resume"), headers={"HX-Request": "true"})
    assert (answer.status_code, house.claim.state) == (200, S.PLANNED)
    assert 'id="panel-draws"' in answer.content.decode()


def test_pay_now_instead_takes_the_draw_back_and_leads_to_paying(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    a_provider(house.biller)
    sent(house, clock_hands)
    anna = opener("anna", a_link(house.invoice)).client()
    assert path(house, "instead") in page(anna, house)

    answer = anna.post(path(house, "instead"))

    assert answer["Location"] == f"/invoice/{house.invoice.public_id}/pay/"
    assert house.claim.state == S.CANCELLING
    assert anna.get(answer["Location"]).status_code == 200


def test_what_is_refused_says_why_on_the_page(clock_hands: time_machine.Traveller) -> None:
    house = a_house()
    claim = sent(house, clock_hands)
    clock_hands.move_to(claim.cancel_by)
    anna = opener("anna", a_link(house.invoice)).client()

    inline = anna.post(path(house, "stop"), headers={"HX-Request": "true"})
    whole = anna.post(path(house, "stop"))

    assert (inline.status_code, whole.status_code) == (422, 422)
    assert "För sent" in inline.content.decode() or "för sent" in inline.content.decode()
    assert "<html" in whole.content.decode()


@pytest.mark.parametrize("what", ["stop", "resume", "instead"])
def test_strangers_stop_nothing(what: str) -> None:
    house = a_house()
    others = an_invoice(a_customer(house.biller, "Bo Lund"))
    work()
    bo = opener("bo", a_link(others)).client()

    assert bo.post(path(house, what)).status_code == 404
    assert Client().post(path(house, what)).status_code == 404
    own = f"/invoice/{others.public_id}/draws/{house.claim.public_id}/{what}/"
    assert bo.post(own).status_code == 404
    assert house.claim.state == S.PLANNED


def test_staff_of_the_biller_stop_a_draw_and_no_other_staff() -> None:
    house = a_house()
    elsewhere = a_member(a_biller("other", "SE"), Role.ADMIN, "dag@example.com")

    assert logged_in(elsewhere).post(staff_path(house, "stop")).status_code == 404
    assert member(house, Role.MARKETER).post(staff_path(house, "stop")).status_code == 404
    assert house.claim.state == S.PLANNED

    assert member(house, Role.AGENT).post(staff_path(house, "stop")).status_code == 303
    assert house.claim.state == S.STOPPED
    entry = HistoryEntry.objects.get(kind="claim.stopped")
    assert entry.actor_kind == "staff"


def test_a_link_to_pay_only_shows_no_draws_and_stops_none() -> None:
    house = a_house()
    payer = opener("payer", a_link(house.invoice, Level.PAY_ONLY, Channel.SHARED)).client()

    assert payer.post(path(house, "stop")).status_code == 404
    assert "panel-draws" not in page(payer, house)


def test_finance_sees_draws_files_and_failures_and_notes_the_receipt(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    claim = sent(house, clock_hands)
    finance, desk = member(house, Role.FINANCE), f"/staff/{house.biller.slug}/"
    file = OutgoingFile.objects.get()
    accepted = f"{desk}draws/{file.public_id}/accepted/"
    assert accepted in finance.get(desk).content.decode()

    assert member(house, Role.AGENT).post(accepted).status_code == 404
    finance.post(accepted)
    finance.post(accepted)
    assert house.claim.state == S.ACCEPTED
    assert accepted not in finance.get(desk).content.decode()

    clock_hands.move_to(at(claim.draw_on, 12))
    house.receive(house.bank.draws("1"))
    finance = member(house, Role.FINANCE)
    assert str(house.invoice.public_id) in finance.get(desk).content.decode()


def test_a_draw_that_failed_asks_on_the_page_to_pay_by_hand(
    clock_hands: time_machine.Traveller,
) -> None:
    house = a_house()
    a_provider(house.biller)
    claim = sent(house, clock_hands)
    clock_hands.move_to(at(claim.draw_on, 12))
    house.receive(house.bank.draws("1"))

    anna = opener("anna", a_link(house.invoice)).client()
    text = page(anna, house).replace("\xa0", " ")

    assert "kunde inte dras" in text
    assert f"/invoice/{house.invoice.public_id}/pay/" in text
    assert house.invoice.reference in text.replace(" ", "")


def test_days_ahead_are_counted_from_the_planned_draw() -> None:
    house = a_house(due_in=60)

    assert house.claim.notice_from > MONDAY + timedelta(days=20)
    house.tick()
    assert house.claim.state == S.PLANNED
