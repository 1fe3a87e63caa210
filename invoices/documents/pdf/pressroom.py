"""The process that draws: sheets in, PDFs out. Pure.

    python -m invoices.documents.pdf.pressroom FD

``press`` starts it and speaks to it over the socket FD. The socket's end is the end of this
process too, however the other side went. It has no database, no settings and no secrets.
"""

import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Final

from invoices.documents.pdf.sheet import Fault, Sheet

LONGEST_S: Final = 60  # then this process ends itself, should nobody be left to end it


def serve(line: Connection) -> None:
    """Draw what comes, one sheet after the other, until the other side is gone."""
    try:
        from invoices.documents.pdf.drawing import FatalURLFetchingError, draw
    except OSError as missing:  # the system library Pango
        line.recv()
        line.send(Fault(str(missing), no_press=True))
        return
    while True:
        sheet: Sheet = line.recv()
        signal.alarm(LONGEST_S)
        try:
            answer: bytes | Fault = draw(sheet)
        except (Exception, FatalURLFetchingError) as error:  # told to whoever asked, raised there
            answer = Fault(f"{type(error).__name__}: {error}")
        signal.alarm(0)
        line.send(answer)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server; we follow its end
    with suppress(EOFError, OSError), Connection(int(sys.argv[1])) as line:
        serve(line)
