"""Who holds the write lock of a database: the answer to "database is locked"."""

from pathlib import Path

from ncash.language import phrase


def holder(path: Path) -> str:
    """`sqlitebrowser, process 4242` for another program that writes to this database, or an empty text.

    Linux lists the locks of every process in /proc/locks; elsewhere, or for a process of another user, nobody is named.
    """
    try:
        inode = Path(f"{path}-shm").stat().st_ino
        table = Path("/proc/locks").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    for line in table.splitlines():
        fields = line.split()
        if len(fields) < 8 or "->" in fields or fields[3] != "WRITE":
            continue
        if fields[5].rpartition(":")[2] == str(inode) and fields[6] == _WRITE_LOCK:
            return _named(fields[4])
    return ""


_WRITE_LOCK = "120"
"""Byte of the shared-memory file that the writer of a database in WAL mode locks (sqlite.org, walformat, 2.3)."""


def _named(pid: str) -> str:
    if not pid.isdigit() or pid == "0":
        return ""
    try:
        name = Path("/proc", pid, "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return phrase("process {pid}", pid=pid)
    return phrase("{name}, process {pid}", name=name, pid=pid)
