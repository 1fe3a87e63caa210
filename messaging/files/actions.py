"""Keeping the files of a message, in the message's own transaction."""

from collections.abc import Sequence

from django.db import transaction

from invoices.history.actors import Actor
from messaging.files.checks import Checked
from messaging.files.models import Attachment, StoredFile


@transaction.atomic
def attach(message_id: int, files: Sequence[Checked], *, biller_id: int, actor: Actor) -> None:
    """Let the files stand with the message, in their order. Whose message it is, is its actor's.

    Called by whoever writes the message, inside that transaction: one is not there without the
    other.
    """
    assert transaction.get_connection().in_atomic_block, "with the message"
    for no, checked in enumerate(files, start=1):
        stored = _kept(checked, biller_id)
        Attachment.objects.create(message_id=message_id, no=no, file=stored, name=checked.name)


def _kept(checked: Checked, biller_id: int) -> StoredFile:
    row = StoredFile(
        biller_id=biller_id,
        sha256=checked.sha256,
        kind=checked.kind,
        size=len(checked.data),
        width=checked.width,
        height=checked.height,
        data=checked.data,
        small=checked.small,
    )
    StoredFile.objects.bulk_create([row], ignore_conflicts=True)
    found = StoredFile.objects.defer("data", "small")
    return found.get(biller_id=biller_id, sha256=checked.sha256)
