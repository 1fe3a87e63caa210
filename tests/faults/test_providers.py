"""A process dies around a provider's call: nothing is drawn twice, and no money is lost."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import httpx
import pytest
import time_machine
from procrastinate.contrib.django.models import ProcrastinateJob

from invoices import clock
from invoices.documents.models import Invoice
from invoices.documents.queries import figures
from invoices.ledger.actions import biller_account
from invoices.ledger.codes import AccountKind
from invoices.ledger.queries import balance, faults
from payments.providers import actions, tasks, work
from payments.providers.base import Order, Provider
from payments.providers.models import PaymentIntent, ProviderAccount
from payments.providers.states import FINAL, IN_FLIGHT, IntentState
from payments.underway.models import Underway
from tests.build import a_biller, a_customer, a_payment, a_provider, an_invoice
from tests.payments.providers.conftest import _simulators, playground  # noqa: F401
from tests.payments.providers.playground import VIPPS, Playground

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """SIGKILL, as the code sees it: nothing after this line runs."""


@dataclass
class Dying:
    """A provider at which the process dies, before or after the call is made."""

    inner: Provider
    step: str
    when: str
    takes_seconds: ClassVar[int] = 600

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.inner, name)
        if name != self.step:
            return real

        def call(*args: object) -> object:
            if self.when == "before":
                raise Killed
            real(*args)
            raise Killed

        return call


@pytest.fixture
def account(playground: Playground) -> ProviderAccount:  # noqa: F811
    return a_provider(a_biller(), "vipps", **playground.keys("vipps"))


def restarted(invoice: Invoice) -> PaymentIntent:
    """The house comes back: the sweep finds what nobody follows any more, and jobs run."""
    intent = PaymentIntent.objects.get(invoice=invoice)
    for minutes in (1, 2, 15):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=True):
            tasks.sweep.func(0)
            assert ProcrastinateJob.objects.filter(task_name__endswith="follow").exists()
            tasks.follow.func(intent.pk)
    intent.refresh_from_db()
    return intent


def drawn_at_vipps(playground: Playground, order: Order) -> int:  # noqa: F811
    keys = playground.keys("vipps")
    token = httpx.post(
        f"{keys['base_url']}/accesstoken/get",
        headers={
            "client_id": keys["client_id"],
            "client_secret": keys["client_secret"],
            "Ocp-Apim-Subscription-Key": keys["subscription_key"],
        },
    ).json()["access_token"]
    answer = httpx.get(
        f"{keys['base_url']}/epayment/v1/payments/{order.reference}",
        headers={
            "Authorization": f"Bearer {token}",
            "Ocp-Apim-Subscription-Key": keys["subscription_key"],
            "Merchant-Serial-Number": keys["msn"],
        },
    )
    return int(answer.json()["aggregate"]["capturedAmount"]["value"]) if answer.is_success else 0


@pytest.mark.parametrize(
    ("step", "when"),
    [
        ("start", "before"),
        ("start", "after"),
        ("fetch", "before"),
        ("fetch", "after"),
        ("capture", "before"),
        ("capture", "after"),
    ],
)
def test_killed_at_any_line_it_is_drawn_once_and_booked_or_not_at_all(
    account: ProviderAccount,
    playground: Playground,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    when: str,
) -> None:
    invoice = an_invoice(a_customer(account.biller))
    intent = a_payment(invoice, 20_000, account)
    order = work.order_of(intent)
    real = work.provider_of

    with monkeypatch.context() as patch:
        patch.setattr(work, "provider_of", lambda account: Dying(real(account), step, when))
        if step == "start":
            with pytest.raises(Killed):
                work.hand_over(intent.pk)
        else:
            intent = work.hand_over(intent.pk)
            playground.customer(intent.handover_url, "approve")
            with pytest.raises(Killed):
                work.look(intent.pk)
    after = restarted(invoice)

    paid = figures(invoice).paid
    assert paid == drawn_at_vipps(playground, order) == (0 if step == "start" else 20_000)
    assert after.state in FINAL
    held = biller_account(account.biller_id, AccountKind.PROVIDER, "NOK")
    assert balance(held) == paid
    assert not Underway.objects.filter(until=None).exists()
    assert faults() == []


def test_killed_before_the_answer_is_stored_the_customer_was_led_nowhere(
    account: ProviderAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = an_invoice(a_customer(account.biller))
    intent = a_payment(invoice, 20_000, account)

    def dies(*args: object, **more: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(actions, "note_started", dies)
        with pytest.raises(Killed):
            work.hand_over(intent.pk)
    after = restarted(invoice)

    assert after.handover_url == ""
    assert after.state in FINAL | IN_FLIGHT
    assert figures(invoice).paid == 0


def test_an_answer_lost_on_the_line_while_drawing_draws_once(
    account: ProviderAccount,
    playground: Playground,  # noqa: F811
) -> None:
    invoice = an_invoice(a_customer(account.biller))
    intent = work.hand_over(a_payment(invoice, 20_000, account).pk)
    playground.customer(intent.handover_url, "approve")
    playground.lose("/capture")

    first = work.look(intent.pk)
    second = work.look(intent.pk)

    assert (first.state, second.state) == (IntentState.APPROVED, IntentState.CAPTURED)
    assert figures(invoice).paid == drawn_at_vipps(playground, work.order_of(second)) == 20_000


def test_a_provider_that_is_away_blocks_nobody_for_ever(account: ProviderAccount) -> None:
    a_provider(account.biller, "vipps", **{**VIPPS, "base_url": "http://127.0.0.1:9"})
    invoice = an_invoice(a_customer(account.biller))
    intent = work.hand_over(a_payment(invoice, 20_000).pk)
    assert work.look(intent.pk).state == IntentState.CREATED

    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        assert work.look(intent.pk).state == IntentState.EXPIRED

    assert not Underway.objects.filter(until=None).exists()
