"""The language of the help: Russian where the locale is Russian, else English (POSIX: LC_ALL, LC_MESSAGES, LANG)."""

import os
from collections.abc import Mapping


def russian(environment: Mapping[str, str] | None = None) -> bool:
    """Whether messages are wanted in Russian; the first variable that is set decides."""
    given = os.environ if environment is None else environment
    wanted = next((given[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if given.get(name)), "")
    return wanted.lower().startswith("ru")


def told(text: str) -> str:
    """The text in the user's language; one that has no translation stays as it is."""
    if not russian():
        return text
    from ncash.cli.ru import TEXTS
    from ncash.cli.ru_hints import HINTS

    return TEXTS.get(text) or HINTS.get(text) or text
