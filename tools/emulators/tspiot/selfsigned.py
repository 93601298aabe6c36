"""A certificate that vouches for itself, as the driver makes one when it is installed."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path


def self_signed(folder: Path, name: str = "tspiot", days: int = 30) -> tuple[Path, ssl.SSLContext]:
    """Make `NAME.pem` in the folder: its path, and a context that serves with it. Negative `days`: expired."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(today - timedelta(days=60)).not_valid_after(today + timedelta(days=days))
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    folder.mkdir(parents=True, exist_ok=True)
    both = folder / f"{name}.key"
    both.write_bytes(private + pem)
    both.chmod(0o600)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    public = folder / f"{name}.pem"
    public.write_bytes(pem)
    return public, context
