"""The fastest CRPT there can be: `python -m bench.canned CODE` prints its port and says the same about any request."""

import json
import socket
import sys
import threading

from ncash.emulators.crpt.catalogue import good
from ncash.emulators.crpt.emulator import HEALTH, INFO


def _answer(value: object) -> bytes:
    body = json.dumps(value).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _serve(connection: socket.socket, answers: dict[bytes, bytes], check: bytes) -> None:
    """Read requests whose bodies come in one piece with their headers or right after them."""
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while request := connection.recv(65_536):
            head, _, body = request.partition(b"\r\n\r\n")
            lower = head.lower()
            length = int(lower.partition(b"content-length:")[2].partition(b"\r\n")[0] or b"0")
            while len(body) < length:
                body += connection.recv(65_536)
            connection.sendall(answers.get(head.split(b" ", 2)[1], check))
            if b"connection: close" in lower:
                return


def main() -> None:
    """Serve until the end of standard input."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        stamp = {"reqId": "6f0b0f0e-3c0e-4d0f-9a55-1d2c3b4a5968", "reqTimestamp": 1_800_000_000_123}
        check = _answer({"code": 0, "description": "ok", "codes": [good(sys.argv[1])], **stamp})
        site = {"host": f"http://127.0.0.1:{port}"}
        answers = {
            INFO.encode(): _answer({"code": 0, "description": "ok", "hosts": [site]}),
            HEALTH.encode(): _answer({"code": 0, "description": "ok", "avgTimeMs": 1}),
        }
        print(f"port {port}", flush=True)

        def accept() -> None:
            while True:
                connection, _ = listening.accept()
                threading.Thread(target=_serve, args=(connection, answers, check), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        sys.stdin.read()


if __name__ == "__main__":
    main()
