"""A body as the journal keeps it: what was said, cut to a size, no verification part of any code in clear."""

import json
import re
from collections.abc import Iterable
from typing import Final

from ncash.model.veil import tails, veiled

CAP: Final = 3_000
"""Characters that are kept."""
READ: Final = 65_536
"""Bytes that are looked through."""
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.){18,2000}"', re.DOTALL)
_SHORTEST: Final = 4
_DECODER: Final = json.JSONDecoder(strict=False)


def _veiled(literal: re.Match[str]) -> str:
    """A JSON string literal; the code in it is veiled."""
    text = literal[0]
    if "\\" not in text:
        return f'"{veiled(text[1:-1])}"'
    try:
        value = _DECODER.decode(text)
    except ValueError:
        return text
    shown = veiled(value)
    return text if shown == value else json.dumps(shown)


def covered(text: str, code: str) -> str:
    """A text of others without the verification part of this code."""
    for tail in tails(code):
        if len(tail) >= _SHORTEST:
            for form in (tail, json.dumps(tail)[1:-1], tail.replace("/", "\\/")):
                text = text.replace(form, "*" * len(tail))
    return text


def masked(body: bytes, secrets: Iterable[str]) -> bytes:
    """A body that may repeat what nobody is to read."""
    for secret in secrets:
        body = body.replace(secret.encode(), b"****") if secret else body
    return body


def shown(body: bytes, code: str) -> str:
    """The body of an answer about `code`, which may be no JSON at all."""
    text = covered(_STRING.sub(_veiled, body[:READ].decode("utf-8", "replace")), code)
    return text if len(text) <= CAP else text[:CAP] + "…"
