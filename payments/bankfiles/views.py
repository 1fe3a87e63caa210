"""Finance hands in a file from the bank."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from invoices.billers.access import access_membership
from invoices.billers.models import User
from invoices.billers.roles import SEES_MONEY
from invoices.errors import FormatError
from invoices.history.actors import staff
from invoices.page.sentences import error_sentence
from payments.bankfiles.actions import receive_file


@require_POST
@login_required
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the file in and lead back to the desk, which says what came of it."""
    assert isinstance(request.user, User)
    membership = access_membership(request.user, slug)
    if membership is None or membership.role not in SEES_MONEY:
        raise Http404
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file from the bank first."))
        return redirect("desk", slug=slug)
    try:
        receipt = receive_file(
            membership.biller, file.name or "", file.read(), actor=staff(request.user.pk)
        )
    except FormatError as error:
        messages.error(request, _refused(error))
        return redirect("desk", slug=slug)
    said = _("{file} is booked. Payments: {count}, known before: {duplicates}.")
    messages.success(
        request,
        said.format(file=receipt.file.name, count=receipt.payments, duplicates=receipt.duplicates),
    )
    return redirect("desk", slug=slug)


def _refused(error: FormatError) -> str:
    why = error_sentence(error)
    if error.line_no is None:
        return _("The file was refused. {why}").format(why=why)
    return _("The file was refused at line {line}. {why}").format(line=error.line_no, why=why)
