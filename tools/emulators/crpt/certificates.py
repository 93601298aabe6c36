"""Certificates for emulated sites: one a client may trust, and those it must refuse."""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

GOOD: Final = "good"
BAD: Final = ("expired", "wrong-host", "self-signed", "old-protocol")
KINDS: Final = (GOOD, *BAD)
_BEGIN: Final = datetime(2020, 1, 1, tzinfo=UTC)
_END: Final = datetime(2021, 1, 1, tzinfo=UTC)


class Authority:
    """A certificate authority of its own for every run; needs the package trustme (extra `dev`)."""

    def __init__(self) -> None:
        import trustme

        self._authority = trustme.CA()

    def write(self, path: Path) -> None:
        """Write the authority's certificate (PEM), for `ncash till --ca FILE`."""
        self._authority.cert_pem.write_to_path(str(path))

    def context(self, kind: str = GOOD) -> ssl.SSLContext:
        """What a server on 127.0.0.1 shows; everything but `good` is to be refused. Raises ValueError."""
        import trustme

        if kind not in KINDS:
            raise ValueError(f"no certificate {kind!r}; there are: {', '.join(KINDS)}")
        authority = trustme.CA() if kind == "self-signed" else self._authority
        host = "other.example.test" if kind == "wrong-host" else "127.0.0.1"
        begin, end = (_BEGIN, _END) if kind == "expired" else (None, None)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host, not_before=begin, not_after=end).configure_cert(context)
        if kind == "old-protocol":
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        return context
