"""The demo's text messages: kept in its data folder, and shown in the control room."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from invoices import clock

FILE = "sms.jsonl"
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Message:
    """One text message; ``at`` in ISO 8601."""

    to: str
    text: str
    at: str


class Kept:
    """Sends nothing to anybody."""

    def send(self, to: str, text: str) -> None:
        """Keep it, readable for the owner alone."""
        file = _file()
        file.touch(mode=0o600)
        message = Message(to, text, clock.now().isoformat())
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(message)) + "\n")


def latest() -> list[Message]:
    """The newest few, the newest first."""
    if not _file().exists():
        return []
    lines = _file().read_text(encoding="utf-8").splitlines()[-SHOWN:]
    return [Message(**json.loads(line)) for line in reversed(lines)]


def _file() -> Path:
    return Path(settings.DATA_DIR) / FILE
