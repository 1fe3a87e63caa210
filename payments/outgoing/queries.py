"""Files for banks, newest first."""

from django.db.models import QuerySet

from payments.outgoing.models import OutgoingFile


def files_of(biller_id: int) -> QuerySet[OutgoingFile]:
    """The biller's files, without their bytes."""
    return OutgoingFile.objects.filter(biller_id=biller_id).defer("sealed")
