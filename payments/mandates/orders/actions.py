"""The only writer of what Bankgirot is asked for: orders, and the files that hold them."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from django.db import connection, transaction

from invoices import clock
from invoices.history.actors import Actor
from payments.formats.autogiro import orders as autogiro
from payments.mandates.models import Mandate, MandateOrder
from payments.outgoing.actions import store_file
from payments.outgoing.models import OutgoingFile
from payments.providers.seal import unseal
from payments.schemes.models import SchemeAccount
from payments.schemes.queries import scheme_account
from payments.sealing import open_bytes, seal_bytes

SEALED_FOR: Final = b"nota.mandates"
Kind = MandateOrder.Kind


def order(kind: MandateOrder.Kind, *, mandate: Mandate, id_no: str = "") -> MandateOrder:
    """Ask for it with the next file. The same one that waits already is not asked for twice."""
    assert connection.in_atomic_block
    made, _new = MandateOrder.objects.get_or_create(
        biller_id=mandate.biller_id,
        payer_number=mandate.payer_number,
        kind=kind,
        file=None,
        withdrawn_at=None,
        defaults={
            "mandate": mandate,
            "payee_id": mandate.payee_id,
            "payer_account": mandate.payer_account if kind == Kind.NEW else "",
            "id_no": seal_bytes(id_no.encode(), SEALED_FOR) if id_no else None,
            "made_at": clock.now(),
        },
    )
    return made


def refuse_signup(biller_id: int, payee_id: int, payer_number: str) -> None:
    """Say no, with the next file, to one that was asked for at the bank and fits nobody."""
    assert connection.in_atomic_block
    MandateOrder.objects.get_or_create(
        biller_id=biller_id,
        payer_number=payer_number,
        kind=Kind.REFUSE,
        file=None,
        withdrawn_at=None,
        defaults={"payee_id": payee_id, "made_at": clock.now()},
    )


def withdraw(mandate: Mandate, kind: MandateOrder.Kind) -> bool:
    """Take back what no file holds yet; False where it has gone, or there was none."""
    assert connection.in_atomic_block
    waiting = MandateOrder.objects.filter(mandate=mandate, kind=kind, file=None, withdrawn_at=None)
    # A writer of files holds the rows it writes: whoever comes second sees what was done.
    found = list(waiting.select_for_update())
    for each in found:
        each.withdrawn_at, each.id_no = clock.now(), None
        each.save(update_fields=["withdrawn_at", "id_no"])
    return bool(found)


@transaction.atomic
def write_orders(biller_id: int, *, actor: Actor) -> list[OutgoingFile]:
    """Write what waits into a file for Bankgirot, one for each payee; [] where nothing waits.

    A rollback leaves the orders waiting; an order is in one file only. Personal numbers stay in
    the file, sealed, and are emptied here.
    """
    account = scheme_account(biller_id, "autogiro")
    if account is None:
        return []
    waiting = MandateOrder.objects.filter(biller_id=biller_id, file=None, withdrawn_at=None)
    rows = waiting.select_for_update(of=("self",)).select_related("payee").order_by("payee", "pk")
    return [
        _write(account, list(orders), actor)
        for _payee, orders in groupby(rows, key=lambda each: each.payee_id)
    ]


def _write(account: SchemeAccount, rows: Sequence[MandateOrder], actor: Actor) -> OutgoingFile:
    key = str(unseal(account.sealed).get("seal_key", ""))
    outgoing = autogiro.write(
        autogiro.Orders(
            customer_no=int(account.sender or 0),
            payee=rows[0].payee.number,
            written_on=clock.today(),
            mandates=tuple(_record(row) for row in rows),
        ),
        seal_key=bytes.fromhex(key) if key else None,
    )
    file = store_file(
        account.biller,
        scheme="autogiro",
        kind=OutgoingFile.Kind.MANDATES,
        outgoing=outgoing,
        actor=actor,
    )
    MandateOrder.objects.filter(pk__in=[row.pk for row in rows]).update(file=file, id_no=None)
    return file


def _record(row: MandateOrder) -> autogiro.MandateOrder:
    if row.kind == Kind.NEW:
        id_no = open_bytes(row.id_no, SEALED_FOR).decode() if row.id_no else ""
        return autogiro.NewMandate(row.payer_number, row.payer_account, id_no)
    if row.kind == Kind.END:
        return autogiro.EndMandate(row.payer_number)
    return autogiro.MandateReply(row.payer_number, accepted=row.kind == Kind.ACCEPT)
