"""uv run python -m tests.lighthouse: what Lighthouse says of the invoice page on phone settings.

Lighthouse (12.8.2) is a program of Node's, looked for in ``.cache/lighthouse`` and on the path:

    npm install --prefix .cache/lighthouse lighthouse@12.8.2

It looks at a release as it is served (compressed, with all middleware), with its own phone: a
slow processor and 4G. Each visit is a first one, by a browser that has kept nothing but the cookie
of whoever came in by the link. The best of three is printed: what else the machine does only makes
it worse.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.__main__ import bench_database

ROOT = Path(__file__).resolve().parent.parent.parent
VERSION = "12.8.2"
LOCAL = ROOT / ".cache/lighthouse/node_modules/.bin/lighthouse"
HOW = (
    f"Lighthouse is not here. It needs Node, and:\n"
    f"  npm install --prefix .cache/lighthouse lighthouse@{VERSION}\n"
)
CATEGORIES = ("performance", "accessibility", "best-practices")
TURNS = 3


@dataclass(frozen=True, slots=True)
class Said:
    """One verdict: the scores of the categories, and the figures that are promised."""

    scores: dict[str, int]
    kilobytes: float
    lcp_s: float
    shift: float
    hosts: frozenset[str]
    complaints: tuple[str, ...]


def main() -> int:
    """Measure and print; 0 where every aim is reached."""
    program = str(LOCAL) if LOCAL.exists() else shutil.which("lighthouse")
    if program is None:
        sys.stderr.write(HOW)
        return 2
    os.environ["NOTA_HOSTS"] = "localhost,127.0.0.1,testserver"
    with bench_database("nota_lighthouse"):
        verdicts = _verdicts(program)
    best = max(verdicts, key=lambda said: (said.scores["performance"], -said.lcp_s))
    aims = _aims(best)
    for words, kept in aims:
        print(f"{'ok  ' if kept else 'MISS'} {words}")
    for complaint in best.complaints:
        print(f"       {complaint}")
    return 0 if all(kept for _, kept in aims) else 1


def _verdicts(program: str) -> list[Said]:
    from tests.bench.page import server
    from tests.build import a_link, an_invoice, an_ocr_file, receive
    from tests.people import opener

    invoice = an_invoice()
    receive(invoice.biller, an_ocr_file((invoice, 20_000)))
    anna = opener("anna", a_link(invoice))
    with server("config.asgi") as running:
        origin = f"http://localhost:{running.port}"
        url = f"{origin}/invoice/{invoice.public_id}/"
        _first_visit(program, url, origin, anna.cookies)  # warms what a server keeps
        return [_first_visit(program, url, origin, anna.cookies) for _ in range(TURNS)]


def _first_visit(program: str, url: str, origin: str, cookies: dict[str, str]) -> Said:
    with _browser(origin, cookies) as port:
        return _run(program, url, port)


@contextmanager
def _browser(origin: str, cookies: dict[str, str]) -> Iterator[int]:
    """A new Chromium in which somebody has just come in, and the port by which it is driven."""
    from playwright.sync_api import sync_playwright

    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    chrome = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chrome,
            args=["--no-sandbox", f"--remote-debugging-port={port}"],
        )
        context.add_cookies([{"name": k, "value": v, "url": origin} for k, v in cookies.items()])
        yield port
        context.close()


def _run(program: str, url: str, port: int) -> Said:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [program, url, "--quiet", "--output=json", f"--output-path={report}"]
        command += [f"--only-categories={','.join(CATEGORIES)}"]
        command += ["--form-factor=mobile", f"--port={port}", "--disable-storage-reset"]
        subprocess.run(command, check=True, timeout=240)
        return _said(json.loads(report.read_text()))


def _said(report: dict[str, Any]) -> Said:
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]
    asked = [item for item in requests if item["url"].startswith(("http", "ws"))]
    return Said(
        scores={name: round(report["categories"][name]["score"] * 100) for name in CATEGORIES},
        kilobytes=sum(item.get("transferSize", 0) for item in asked) / 1_000,
        lcp_s=audits["largest-contentful-paint"]["numericValue"] / 1_000,
        shift=audits["cumulative-layout-shift"]["numericValue"],
        hosts=frozenset(item["url"].split("/")[2].split(":")[0] for item in asked),
        complaints=tuple(_complaints(report)),
    )


def _complaints(report: dict[str, Any]) -> list[str]:
    """The audits that took something off a score."""
    counted = {
        ref["id"]
        for name in CATEGORIES
        for ref in report["categories"][name]["auditRefs"]
        if ref["weight"]
    }
    audits = (report["audits"][name] for name in sorted(counted))
    poor = [each for each in audits if each["score"] is not None and each["score"] < 1]
    return [f"{each['id']}: {each['score']} {each.get('displayValue', '')}" for each in poor]


def _aims(said: Said) -> list[tuple[str, bool]]:
    """Each promise in words with its figure, and whether it is kept."""
    others = sorted(said.hosts - {"localhost"})
    return [
        *((f"{name}: {score} of 100", score == 100) for name, score in said.scores.items()),
        (f"first view: {said.kilobytes:.1f} kB of 60", said.kilobytes <= 60),
        (f"largest paint after {said.lcp_s:.2f} s of 1", said.lcp_s < 1),
        (f"layout shift: {said.shift:.3f} of 0", said.shift == 0),
        (f"third parties: {', '.join(others) or 'none'}", not others),
    ]


if __name__ == "__main__":
    sys.exit(main())
