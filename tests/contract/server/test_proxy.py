"""deploy/nginx.conf before two servers: https, and no call is lost when one of them is gone."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
import trustme

from ncash.testing import eventually

from .town import PATIENCE, Caller, mark, running

CONF: Final = Path(__file__).resolve().parents[3] / "deploy" / "nginx.conf"
NGINX: Final = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return int(found.getsockname()[1])


def written(folder: Path, servers: Sequence[int], port: int) -> Path:
    """The file of the example with places of this test."""
    text = CONF.read_text(encoding="utf-8")
    for number, server in enumerate(servers, 1):
        text = text.replace(f"server-{number}:8080", f"127.0.0.1:{server}")
    own = "".join(f"{kind}_temp_path {folder}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    text = text.replace("http {", f"http {{ access_log off; {own}", 1).replace("8443 ssl", f"127.0.0.1:{port} ssl")
    text = text.replace("/run/secrets", str(folder))
    assert not re.search(r"server-\d", text)
    conf = folder / "nginx.conf"
    conf.write_text(f"daemon off; pid {folder}/pid; error_log {folder}/log;\n{text}", encoding="utf-8")
    return conf


@contextmanager
def proxied(folder: Path, *servers: int) -> Iterator[Caller]:
    """A till before nginx."""
    authority, port = trustme.CA(), free_port()
    ours = authority.issue_cert("127.0.0.1")
    ours.private_key_pem.write_to_path(folder / "key")
    (folder / "certificate").write_bytes(b"".join(one.bytes() for one in ours.cert_chain_pems))
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    assert NGINX is not None
    nginx = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(written(folder, servers, port))])
    try:
        eventually(lambda: listens(port), PATIENCE)
        with Caller(port, trusted=trusted) as till:
            yield till
    finally:
        nginx.terminate()
        nginx.wait(PATIENCE)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def test_a_call_whose_server_is_gone_is_answered_by_the_other_one(databases: Any, tmp_path: Path) -> None:
    database = databases.ready("postgresql")
    with running(database, tmp_path) as first, ExitStack() as stack:
        second = stack.enter_context(running(database, tmp_path, seed="b"))
        with proxied(tmp_path, first.port, second.port) as till:
            both = [till.reserve(mark(f"both{number}")).status for number in range(20)]
            assert min(one.logged(5).count('"path":"/CSrest') for one in (first, second)) > 0
            stack.close()
            alone = [till.reserve(mark(f"alone{number}")).status for number in range(20)]
            assert (both, alone) == ([200] * 20, [200] * 20)
            assert till.status(mark("both0")) == "RESERVED_SALE"
            assert till.call("GET", "/metrics").status == 404
