"""Addresses as anybody may see them: without the passwords that stand in them."""

import re
from typing import Final

_USER: Final = re.compile(r"""(://[^\s:/@"']*):[^\s"']*@""")
_QUERY: Final = re.compile(r"""([?&;](?:password|passwd|pwd|sslpassword|token|secret)=)[^&;\s"']+""", re.IGNORECASE)


def without_passwords(text: str) -> str:
    """A text with `****` for the password of each address in it."""
    if "://" not in text:
        return text
    return _QUERY.sub(r"\1****", _USER.sub(r"\1:****@", text))
