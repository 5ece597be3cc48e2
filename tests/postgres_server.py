"""A PostgreSQL of the tests' own: a cluster in a folder for temporary files, reached by a socket in it and no port."""

from __future__ import annotations

import csv
import io
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

#: Where Debian and others put the server's programs, which are not on the path.
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")


class Postgres:
    """A running server.

    Attributes:
        folder: holds its socket.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self._psql = programs / "psql"
        self.folder = folder

    def database(self, name: str) -> None:
        self.run("postgres", f'CREATE DATABASE "{name}"')

    def store(self, database: str, table: str, rows: Sequence[Sequence[str]]) -> None:
        """Makes a table of texts, and ``row_no``, from rows of which the first has the names; "" is NULL."""
        header, *cells = rows
        columns = ", ".join(f'"{name}" {"bigint" if name == "row_no" else "text"}' for name in header)
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(cells)
        self.run(database, f'CREATE TABLE "{table}" ({columns})')
        self.run(database, f"COPY \"{table}\" FROM STDIN (FORMAT csv, NULL '')", text.getvalue())

    def rows(self, database: str, query: str) -> list[tuple[str, ...]]:
        told = self.run(database, f"COPY ({query}) TO STDOUT (FORMAT csv)")
        return [tuple(row) for row in csv.reader(io.StringIO(told))]

    def script(self, database: str, text: str) -> None:
        """Runs a script as ``psql`` runs a file."""
        self._call(["--dbname", database, "--file", "-"], text)

    def run(self, database: str, statement: str, given: str = "") -> str:
        return self._call(["--dbname", database, "--command", statement], given)

    def _call(self, arguments: Sequence[str], given: str) -> str:
        command = [self._psql, "--no-psqlrc", "--quiet", "--host", self.folder, "--username", "policyrun"]
        command += ["--set", "ON_ERROR_STOP=1", *arguments]
        done = subprocess.run(command, input=given, capture_output=True, encoding="utf-8", env=_environment())
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running() -> Iterator[Postgres]:
    """A server, stopped at the end; skips the test, and says why, where there is none to be had."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="policyrun-pg-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        user = _give_away(folder)
        data, log = folder / "data", folder / "log"
        settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        initdb = ["--pgdata", data, "--username", "policyrun", "--auth", "trust", "--encoding", "UTF8"]
        _as(user, programs / "initdb", *initdb, "--locale", "C.UTF-8", "--no-sync")
        _as(user, programs / "pg_ctl", "start", "--wait", "--pgdata", data, "--log", log, "--options", settings)
        try:
            yield Postgres(programs, folder)
        finally:
            # The process is known by the file that holds its number in the folder of the cluster.
            _as(user, programs / "pg_ctl", "stop", "--wait", "--pgdata", data, "--mode", "fast")


def _programs() -> Path:
    """The folder of the server's programs; installs Debian's package where we may."""
    found = _found()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet: Mapping[str, str] = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "--yes", "--no-install-recommends", "postgresql"]
        subprocess.run(["apt-get", "update"], env=quiet, capture_output=True, check=False)
        subprocess.run(install, env=quiet, capture_output=True, check=False)
        found = _found()
    if found is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    return found


def _found() -> Path | None:
    on_path = shutil.which("initdb")
    places = [Path(on_path).parent] if on_path else []
    places += [each for pattern in _PLACES for each in sorted(Path("/").glob(pattern[1:]), reverse=True)]
    return next((each for each in places if (each / "postgres").exists() and (each / "psql").exists()), None)


def _give_away(folder: Path) -> str | None:
    """Hands the folder to somebody who may run the server, for root may not; None: we may."""
    if os.geteuid() != 0:
        return None
    user = "postgres" if "postgres" in {each.pw_name for each in pwd.getpwall()} else "nobody"
    shutil.chown(folder, user)
    return user


def _as(user: str | None, *command: object) -> None:
    given = [*(["runuser", "--user", user, "--"] if user else []), *map(str, command)]
    done = subprocess.run(
        given, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment(), cwd="/"
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")


def _environment() -> dict[str, str]:
    """Without what would lead to another server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "PGCLIENTENCODING": "UTF8", "LC_ALL": "C.UTF-8"}
