"""The secret key of an installation that was given none: made once, kept in its data folder."""

import os
import secrets
from pathlib import Path


def secret_key(data_dir: Path) -> str:
    """The key in ``<data_dir>/secret-key``; made there, readable for the owner alone, if missing.

    Two processes that start at once agree: the file is created exclusively, the loser reads it.
    """
    file = data_dir / "secret-key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        fresh = data_dir / f"secret-key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass  # another process was first; its key is the key
        finally:
            fresh.unlink()
    return file.read_text()
