"""Our end of the process that draws: started when first needed, anew when it has died.

Drawing takes a core for a moment, and Python lets one thread of a process run at a time: a PDF
drawn here would hold up every page. The press has a process of its own instead. It ends when our
end of the socket does, so that no way to die leaves it behind.
"""

import atexit
import multiprocessing
import os
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Final

from invoices.documents.pdf.sheet import Fault, Sheet
from invoices.documents.pdf.turns import PdfUnavailable
from invoices.errors import N_

HOUSE: Final = Path(__file__).resolve().parents[3]
COMMAND: Final = (sys.executable, "-m", "invoices.documents.pdf.pressroom")
# What a process that only draws need not know.
SECRET: Final = ("NOTA_", "DATABASE_", "PG")
DRAWN_WITHIN_S: Final = 30
ENDED_WITHIN_S: Final = 2
TRIES: Final = 2
NO_PANGO: Final = N_(
    "PDFs cannot be made on this server, because its system library Pango is missing. "
    "The invoice page itself can be printed."
)


class DrawingError(Exception):
    """The press could not draw what it was given: a fault of ours, in its own words."""


class Press:
    """One process, used by one at a time."""

    def __init__(self, within_s: float = DRAWN_WITHIN_S) -> None:
        self._alone = Lock()
        self._within_s = within_s
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None

    def draw(self, sheet: Sheet) -> bytes:
        """The PDF of a document; waits for its turn.

        Raises PdfUnavailable where none can be made or it takes too long, and DrawingError for a
        sheet that cannot be drawn. A press that has died is started anew, once.
        """
        with self._alone:
            for _ in range(TRIES):
                try:
                    answer = self._ask(sheet)
                except (EOFError, OSError):  # it has died, now or since the last time
                    self._end()
                    continue
                if isinstance(answer, bytes):
                    return answer
                if answer.no_press:
                    self._end()
                    raise PdfUnavailable(NO_PANGO)
                raise DrawingError(answer.words)
        raise PdfUnavailable(N_("The PDF could not be made. Try again in a few seconds."))

    def _ask(self, sheet: Sheet) -> bytes | Fault:
        if self._line is None:
            self._start()
        assert self._line is not None
        self._line.send(sheet)
        if not self._line.poll(self._within_s):
            self._end()
            raise PdfUnavailable(N_("The PDF took too long to make."))
        answer: bytes | Fault = self._line.recv()
        return answer

    def _start(self) -> None:
        ours, theirs = multiprocessing.Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [*COMMAND, str(theirs.fileno())],
                cwd=HOUSE,
                env={k: v for k, v in os.environ.items() if not k.startswith(SECRET)},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._line = ours

    def _end(self) -> None:
        process, line = self._process, self._line
        self._process = self._line = None
        if line:
            line.close()
        if process:
            process.kill()
            process.wait(ENDED_WITHIN_S)

    def close(self) -> None:
        """End the process; the next drawing starts another."""
        with self._alone:
            self._end()


press: Final = Press()
atexit.register(press.close)
