"""What a demo remembers between runs: its secret links and passwords, in its data folder.

Nota itself keeps only hashes of both; a demo must be able to print them again.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE = "demo.json"


@dataclass
class Memory:
    """``tokens`` by biller slug, ``passwords`` by e-mail address, ``keys`` at providers."""

    tokens: dict[str, str] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    keys: dict[str, dict[str, str]] = field(default_factory=dict)


def recall(data_dir: Path) -> Memory:
    """What the folder's demo remembers; nothing where none has run."""
    file = data_dir / FILE
    return Memory(**json.loads(file.read_text())) if file.exists() else Memory()


def remember(data_dir: Path, memory: Memory) -> None:
    """Keep it, readable for the owner alone."""
    file = data_dir / FILE
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(memory)))


def forget(data_dir: Path) -> None:
    """Begin anew; also the clock stands right again."""
    for name in (FILE, "clock", "sms.jsonl"):
        (data_dir / name).unlink(missing_ok=True)
    for mail in (data_dir / "mail").glob("*.eml"):
        mail.unlink()
