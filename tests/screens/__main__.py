"""uv run python -m tests.screens: pictures of every page in every state, and an index of them.

Phone and desktop, light and dark, in three languages, into .screens/ (never committed). Runs in a
database and on a server of its own, both gone afterwards.
"""

import argparse
import os
import sys
import time
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.__main__ import bench_database

if TYPE_CHECKING:
    from playwright.sync_api import Response

    from tests.screens.gallery import Picture
    from tests.screens.states import State

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / ".screens"
DATA = ROOT / ".cache" / "screens"
DATABASE = "nota_screens"
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "tests.screens.settings",
    "NOTA_DATA": str(DATA),
    "NOTA_DEMO": "1",  # the control room is a page too
    "NOTA_HOSTS": "127.0.0.1,localhost,testserver",
    "NOTA_HTTPS": "0",
    "NOTA_LOG_LEVEL": "CRITICAL",
    "NOTA_PG_FAST": "1",
    # Playwright's loop runs in this thread, where Django would refuse its own database calls.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}


def main() -> int:
    """Take the pictures asked for, or look for faults; 1 where there are any, 2 where no state has
    such a name.
    """
    asked = _asked()
    os.environ.update(ENVIRONMENT)
    for leftover in ("demo.json", "clock"):
        (DATA / leftover).unlink(missing_ok=True)
    began = time.monotonic()
    from config import database

    started = database.start()
    try:
        with bench_database(DATABASE, collected=False):
            from tests.screens.states import STATES

            states = [state for state in STATES if _is_asked(state, asked.only)]
            if not states:
                sys.stderr.write(f"No state is called {', '.join(asked.only)}.\n")
                return 2
            take = _checked if asked.check else _pictures if asked.browser is None else _elsewhere
            pictures, failed = take(states, asked)
    finally:
        if started:
            database.stop()
    took = f"{time.monotonic() - began:.0f} s"
    if asked.check:
        print(f"{len(states)} states looked at in {took}, {len(failed)} faults.")
    else:
        from tests.screens.gallery import write_index

        print(f"{len(pictures)} pictures in {took}: {write_index(asked.to, pictures)}")
    sys.stderr.writelines(f"{line}\n" for line in failed)
    return 1 if failed else 0


def _asked() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    arguments.add_argument("--only", nargs="*", default=[], metavar="NAME", help="states to take")
    arguments.add_argument("--lang", choices=("nb", "sv", "en"))
    arguments.add_argument("--size", help="phone, desktop, paper or 320")
    arguments.add_argument("--mode", help="light, dark or forced")
    arguments.add_argument(
        "--browser", choices=("firefox", "webkit"), help="another browser than Chromium"
    )
    arguments.add_argument("--check", action="store_true", help="look for faults; no pictures")
    arguments.add_argument("--to", type=Path, default=FOLDER, help="the folder (.screens)")
    return arguments.parse_args()


def _is_asked(state: "State", names: list[str]) -> bool:
    """Whether the state is asked for, by its name or the beginning of it; all are by no name."""
    return not names or any(state.name.startswith(name) for name in names)


def _pictures(
    states: "list[State]", asked: argparse.Namespace
) -> "tuple[list[Picture], list[str]]":
    """The pictures, and what went wrong; one state that fails does not stop the others."""
    from tests.bench.page import server
    from tests.screens.camera import LANGUAGES, LOOKS, chromium, take
    from tests.screens.gallery import Picture
    from tests.screens.house import the_houses

    asked.to.mkdir(parents=True, exist_ok=True)
    languages = [asked.lang] if asked.lang else list(LANGUAGES)
    houses = the_houses()
    pictures, failed = [], []
    with server("config.asgi", "tests.screens.settings") as running, chromium() as browser:
        url = f"http://127.0.0.1:{running.port}"
        for state, language in product(states, languages):
            looks = [
                look
                for look in LOOKS[state.look]
                if asked.size in (None, look.size) and asked.mode in (None, look.mode)
            ]
            name = asked.to / state.name
            try:
                shot = state.build(houses[LANGUAGES[language]])
                for look, file in take(browser, url, shot, language, looks, name) if looks else ():
                    pictures.append(Picture(state.name, look.size, look.mode, language, file.name))
            except Exception as error:  # whatever it is, it is told, and the next one is taken
                failed.append(f"{state.name}, {language}: {str(error).splitlines()[0]}")
    return pictures, failed


def _elsewhere(
    states: "list[State]", asked: argparse.Namespace
) -> "tuple[list[Picture], list[str]]":
    """The pictures of another browser, into a folder of its own name."""
    from tests.bench.page import server
    from tests.screens.elsewhere import take_elsewhere
    from tests.screens.house import the_houses

    asked.to /= asked.browser
    asked.to.mkdir(parents=True, exist_ok=True)
    houses = the_houses()
    with server("config.asgi", "tests.screens.settings") as running:
        return take_elsewhere(f"http://127.0.0.1:{running.port}", houses, states, asked)


def _checked(states: "list[State]", asked: argparse.Namespace) -> "tuple[list[Picture], list[str]]":
    """No pictures, and every fault of every state; its HTML is kept, for the checker of HTML."""
    from tests.bench.page import server
    from tests.screens import validity
    from tests.screens.camera import LANGUAGES, LOOKS, chromium, visit
    from tests.screens.checks import faults_of
    from tests.screens.house import the_houses

    languages = [asked.lang] if asked.lang else list(LANGUAGES)
    houses, failed = the_houses(), []
    folder = validity.fresh(asked.to / "html")
    with server("config.asgi", "tests.screens.settings") as running, chromium() as browser:
        url = f"http://127.0.0.1:{running.port}"
        for state, language in product([each for each in states if not each.look], languages):
            try:
                shot = state.build(houses[LANGUAGES[language]])
                answers: list[Response] = []
                look = LOOKS[""][0]
                with visit(browser, url, shot, language, look, answers=answers) as page:
                    validity.keep(folder / f"{state.name}-{language}.html", answers, page)
                    found = list(faults_of(page))
            except Exception as error:  # whatever it is, it is told, and the next one is looked at
                found = [str(error).splitlines()[0]]
            failed += [f"{state.name}, {language}: {each}" for each in found]
    return [], failed + validity.faults(folder)


if __name__ == "__main__":
    sys.exit(main())
