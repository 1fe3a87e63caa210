"""Claims as the files of their schemes: what to write, as data. Reads nothing, stores nothing."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from payments.claims.models import Claim
from payments.formats import avtalegiro
from payments.formats.autogiro import orders
from payments.formats.base import Outgoing
from payments.providers.seal import unseal
from payments.schemes.models import SchemeAccount
from payments.schemes.terms import AUTOGIRO, AVTALEGIRO

AUTOGIRO_REFERENCE: Final = 16  # as many characters come back with an answer

# Takes the next number of a series of the biller.
type Take = Callable[[str], int]


def reference_for(scheme: str, reference: str, claim_id: int) -> str:
    """What names the claim in the file: the invoice's own reference where it fits, so that the
    money finds its invoice as any other does; else the claim's number.
    """
    if scheme == AUTOGIRO and len(reference) > AUTOGIRO_REFERENCE:
        return f"C{claim_id}"
    return reference


def write(
    account: SchemeAccount,
    claims: Sequence[Claim],
    *,
    cancels: bool,
    written_on: date,
    take: Take,
) -> Outgoing:
    """The file that asks the bank to draw the claims, or not to draw them after all."""
    if account.scheme == AUTOGIRO:
        return _autogiro(account, claims, cancels, written_on)
    assert account.scheme == AVTALEGIRO, account.scheme
    return _avtalegiro(account, claims, cancels, take)


def _autogiro(
    account: SchemeAccount, claims: Sequence[Claim], cancels: bool, written_on: date
) -> Outgoing:
    draws: tuple[orders.Draw, ...] = ()
    changes: tuple[orders.Change, ...] = ()
    if cancels:
        changes = tuple(map(_cancellation, claims))
    else:
        draws = tuple(map(_draw, claims))
    key = str(unseal(account.sealed).get("seal_key") or "")
    return orders.write(
        orders.Orders(
            customer_no=int(account.sender),
            payee=account.payee.number,
            written_on=written_on,
            payments=draws,
            changes=changes,
        ),
        bytes.fromhex(key) if key else None,
    )


def _draw(claim: Claim) -> orders.Draw:
    payer = claim.mandate.payer_number
    return orders.Draw(payer, claim.amount_minor, claim.draw_on, claim.reference)


def _cancellation(claim: Claim) -> orders.Change:
    return orders.Change(
        orders.ChangeKind.CANCEL_ONE,
        payer_number=claim.mandate.payer_number,
        due_on=claim.sent_on,
        amount_minor=claim.amount_minor,
        reference=claim.reference,
    )


def _avtalegiro(
    account: SchemeAccount, claims: Sequence[Claim], cancels: bool, take: Take
) -> Outgoing:
    """We give the notice ourselves, so the bank never does (type 02)."""
    payee = account.payee.number
    assignment = avtalegiro.ClaimAssignment(
        account=payee,
        number=take(f"{AVTALEGIRO}.assignment.{payee}"),
        claims=tuple(
            avtalegiro.Claim(
                amount_minor=claim.amount_minor,
                due_on=claim.sent_on or claim.draw_on,
                kid=claim.reference,
                payer_name=claim.invoice.customer.name,
                external_ref=claim.invoice.number[:25],
            )
            for claim in claims
        ),
        cancels=cancels,
    )
    number = take(f"{AVTALEGIRO}.transmission")
    return avtalegiro.write(avtalegiro.ClaimFile(int(account.sender), number, (assignment,)))
