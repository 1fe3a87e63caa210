"""The switchboard: what this floor does when something has happened below."""

from collections.abc import Sequence

from invoices.history.models import HistoryEntry
from invoices.history.reactions import on
from payments.bankfiles.models import BankFile
from payments.matching.actions import match_file


@on("bankfile.received")
def match_received(entry_ids: Sequence[int]) -> None:
    """Lead the payments of files that have arrived to their invoices."""
    entries = HistoryEntry.objects.filter(pk__in=entry_ids)
    file_ids = [entry.data["file_id"] for entry in entries]
    for file in BankFile.objects.filter(pk__in=file_ids).select_related("biller"):
        match_file(file)
