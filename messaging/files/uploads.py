"""Files as a form hands them in: never more is read than a message takes."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from invoices.errors import N_, Refused
from messaging.files.checks import Checked, Uploaded, check_uploads
from messaging.files.rules import TOGETHER_MAX

# Above this nobody waits for the rest, to answer with a sentence: the connection is closed.
HEARD_OUT_MAX: Final = 4 * TOGETHER_MAX
_OVER: Final = "nota_upload_over"


class Bounded(FileUploadHandler):
    """Lets through no more than a message takes; what comes after it is thrown away."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.read = 0
        self.expected = 0

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        self.expected = content_length

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.read += len(raw_data)
        if self.read > TOGETHER_MAX:
            setattr(self.request, _OVER, True)
            raise StopUpload(connection_reset=self.expected > HEARD_OUT_MAX)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps it."""


def bounded[**P](
    view: Callable[P, HttpResponse],
) -> Callable[P, HttpResponse]:
    """A view whose form may hold files. The outermost decorator: it comes before the form is read,
    and the check against forged requests, which reads it, comes inside.
    """
    checked = csrf_protect(view)

    @wraps(view)
    def read_bounded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = cast(HttpRequest, args[0])
        request.upload_handlers.insert(0, Bounded(request))
        return checked(*args, **kwargs)

    return csrf_exempt(read_bounded)


def posted_files(request: HttpRequest) -> list[Checked]:
    """The files of the form, checked; see ``check_all``. An empty choice is none."""
    if getattr(request, _OVER, False):
        raise Refused(
            N_("The files are larger than {most} MB together. Send them in parts."),
            most=TOGETHER_MAX // 2**20,
        )
    return check_uploads(cast(list[Uploaded], request.FILES.getlist("files")))
