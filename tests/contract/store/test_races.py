"""Two tills, two processes, one database: one of them gets the mark, never both and never none."""

import subprocess
import sys
from pathlib import Path

from ncash.store.documents import open_documents

TILL = Path(__file__).with_name("racing_till.py")
RACES = 2000


def started(path: Path, cashcode: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, TILL, path, cashcode], stdin=-1, stdout=-1, text=True, bufsize=1)


def answer(till: "subprocess.Popen[str]") -> str:
    assert till.stdout
    return till.stdout.readline().strip()


def test_two_processes_never_both_sell_one_mark(tmp_path: Path) -> None:
    path = tmp_path / "Documents.sqlite"
    open_documents(path, "0", "1").close()
    tills = [started(path, "1"), started(path, "2")]
    assert [answer(till) for till in tills] == ["ready", "ready"]
    outcomes = []
    for number in range(RACES):
        line = f"mark-{number} {'close' if number % 4 == 0 else 'take'}\n"
        for till in tills:
            assert till.stdin
            till.stdin.write(line)
        outcomes.append(tuple(answer(till) for till in tills))
    for till in tills:
        assert till.communicate()[0] == ""
        assert till.returncode == 0
    assert set(outcomes) == {("won", "lost"), ("lost", "won")}


def test_what_was_sold_in_races_stands_once_in_the_books(tmp_path: Path) -> None:
    path = tmp_path / "Documents.sqlite"
    open_documents(path, "0", "1").close()
    lines = "".join(f"mark-{number % 60} close\n" for number in range(240))
    tills = [started(path, "1"), started(path, "2")]
    for till in tills:
        assert till.stdin
        till.stdin.write(lines)
        till.stdin.flush()
    for till in tills:
        till.communicate()
    books = open_documents(path, "0", "1")
    sold = books.connection.all("SELECT cis, COUNT(*) FROM Goodsitem GROUP BY cis ORDER BY 2 DESC")
    assert len(sold) == 60
    assert sold[0][1] == 1
    books.close()
