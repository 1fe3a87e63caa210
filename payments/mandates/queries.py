"""Which mandate a customer has, what it says, and from which account it could be drawn."""

from payments.mandates.accounts import Account, masked
from payments.mandates.ibans import known_account
from payments.mandates.models import Mandate, MandateOrder
from payments.mandates.states import ASKED, IN_FORCE, LEAVING, MandateState
from payments.mandates.wording import Wording, wording
from payments.matching.models import PayerAccount

ACCOUNTS_LOOKED_AT = 10


def active_mandate(customer_id: int) -> Mandate | None:
    """The mandate under which the customer's invoices are drawn now. One query."""
    mandates = Mandate.objects.select_related("payee")
    return mandates.filter(customer_id=customer_id, state=MandateState.ACTIVE).first()


def mandate_of(customer_id: int) -> Mandate | None:
    """The mandate to speak of: in force, else asked for, else being ended. One query."""
    return mandates_of(customer_id)[0]


def mandates_of(customer_id: int) -> tuple[Mandate | None, Mandate | None]:
    """The mandate to speak of, and one asked for beside it (another account). One query."""
    spoken_of = Mandate.objects.filter(
        customer_id=customer_id, state__in=sorted(ASKED | IN_FORCE | LEAVING)
    )
    found = list(spoken_of.select_related("payee").order_by("-pk"))
    in_force = next((each for each in found if each.state in IN_FORCE), None)
    asked = next((each for each in found if each.state in ASKED), None)
    leaving = next((each for each in found if each.state in LEAVING), None)
    return in_force or asked or leaving, asked if in_force else None


def wording_of(mandate: Mandate) -> Wording:
    """What the customer agrees to, filled in, in the language the mandate was asked for in."""
    account = mandate.payer_account
    return wording(
        mandate.scheme,
        mandate.language,
        biller=mandate.biller.name,
        payee=mandate.payee.number,
        payer_number=mandate.payer_number,
        account=f"{account[:4]} {account[4:].lstrip('0')}" if account else "",
    )


def accounts_of(customer_id: int) -> list[Account]:
    """The accounts that have paid for the customer and that Autogiro takes, the newest first."""
    rows = PayerAccount.objects.filter(customer_id=customer_id).order_by("-confirmed_at", "-pk")
    texts = rows.values_list("account", flat=True)[:ACCOUNTS_LOOKED_AT]
    found = {account.digits: account for text in texts if (account := known_account(text))}
    return list(found.values())


def may_restore(mandate: Mandate) -> bool:
    """Whether stopping it can be undone: the bank has not been asked to end it yet."""
    if mandate.state != MandateState.STOPPED or mandate.activated_at is None:
        return False
    if mandate.scheme != "autogiro":
        return mandate.scheme == "avtalegiro"
    waiting = MandateOrder.objects.filter(mandate=mandate, kind=MandateOrder.Kind.END)
    return waiting.filter(file=None, withdrawn_at=None).exists()


def account_words(mandate: Mandate) -> str:
    """The account as a page shows it: its last four digits."""
    return masked(mandate.payer_account)
