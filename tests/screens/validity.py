"""The Nu HTML checker (vnu) over pages that were kept: a Java program that npm brings.

``npm install --ignore-scripts --prefix .cache/vnu vnu-jar@26.9.27`` puts it where it is looked for;
Java comes with ``apt-get install default-jre-headless``.
"""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, Response

ROOT = Path(__file__).resolve().parent.parent.parent
JAR = ROOT / ".cache/vnu/node_modules/vnu-jar/build/dist/vnu.jar"
VERSION = "26.9.27"
# htmx reads attributes of its own, which no checker knows by name.
OF_HTMX = ".*Attribute “hx-[a-z-]+” not allowed.*"
HOW = (
    "The validity of the HTML was not looked at: it needs Java (apt-get install"
    " default-jre-headless) and the checker:\n"
    f"  npm install --ignore-scripts --prefix .cache/vnu vnu-jar@{VERSION}"
)


def fresh(folder: Path) -> Path:
    """An empty folder for the pages."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def keep(file: Path, answers: Sequence[Response], page: Page) -> None:
    """Keep the page as it was served last, and as it stands where something came in later."""
    served = [
        each
        for each in answers
        if each.request.is_navigation_request() and not 300 <= each.status < 400
    ]
    if served:
        file.write_text(served[-1].text(), encoding="utf-8")
    file.with_stem(f"{file.stem}-now").write_text(page.content(), encoding="utf-8")


def faults(folder: Path) -> list[str]:
    """Every error that the checker finds in the folder; where it is missing, how to bring it."""
    if not JAR.exists() or not shutil.which("java"):
        print(HOW)
        return []
    command = ["java", "-jar", str(JAR), "--errors-only", "--filterpattern", OF_HTMX]
    command += ["--format", "json", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = json.loads(done.stderr or done.stdout)["messages"]
    return sorted({_fault(each) for each in said if each["type"] != "info"})


def _fault(said: dict[str, str]) -> str:
    page = Path(said.get("url", "")).stem
    return f"{page}: vnu: {said['message']} {' '.join(said.get('extract', '').split())[:160]}"
