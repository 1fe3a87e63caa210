"""The process that draws: it can die in every way, and never outlives its server."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from invoices.documents.pdf.press import HOUSE, DrawingError, Press
from invoices.documents.pdf.sheet import Sheet
from invoices.documents.pdf.turns import PdfUnavailable

PAGE = Sheet('<html lang="en"><title>Nota</title><p>Hello')


@pytest.fixture
def press() -> Iterator[Press]:
    own = Press()
    yield own
    own.close()


def pid_of(press: Press) -> int:
    assert press._process is not None
    return press._process.pid


def gone(pid: int, within_s: float = 5) -> bool:
    """Whether no such process runs any more."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except FileNotFoundError:
            return True
        if state[0] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_it_draws_in_a_process_of_its_own_which_stays(press: Press) -> None:
    assert press.draw(PAGE).startswith(b"%PDF")
    first = pid_of(press)
    press.draw(PAGE)

    assert first == pid_of(press) != os.getpid()


def test_a_press_that_was_killed_is_started_anew(press: Press) -> None:
    press.draw(PAGE)
    killed = pid_of(press)
    os.kill(killed, signal.SIGKILL)

    assert press.draw(PAGE).startswith(b"%PDF")
    assert pid_of(press) != killed


def test_a_press_killed_while_it_draws_draws_again(press: Press) -> None:
    press.draw(PAGE)
    os.kill(pid_of(press), signal.SIGSTOP)
    threading.Timer(0.2, os.kill, (pid_of(press), signal.SIGKILL)).start()

    assert press.draw(PAGE).startswith(b"%PDF")


def test_one_that_takes_too_long_is_ended_and_said_to_be() -> None:
    hasty = Press(within_s=0.001)

    with pytest.raises(PdfUnavailable, match="took too long"):
        hasty.draw(PAGE)

    assert hasty._process is None


def test_a_sheet_that_cannot_be_drawn_is_a_fault_of_ours_and_the_press_works_on(
    press: Press,
) -> None:
    with pytest.raises(DrawingError, match="FatalURLFetchingError"):
        press.draw(Sheet('<html lang="en"><img src="https://evil.example/x.png" alt="x">'))

    assert press.draw(PAGE).startswith(b"%PDF")


def test_it_knows_no_secret(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTA_SECRET_KEY", "told-to-nobody")
    press.draw(PAGE)

    environment = Path(f"/proc/{pid_of(press)}/environ").read_bytes()

    assert b"PATH=" in environment
    assert b"told-to-nobody" not in environment


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_it_ends_with_its_server_however_that_ends(end: signal.Signals) -> None:
    program = (
        "import time; from django.conf import settings; settings.configure(WEB_THREADS=2);"
        "from invoices.documents.pdf.press import press;"
        "from invoices.documents.pdf.sheet import Sheet;"
        "press.draw(Sheet('<p>')); print(press._process.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command, cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        drawing = int(server.stdout.readline())
        server.send_signal(end)
        server.wait(10)

    assert gone(drawing)
