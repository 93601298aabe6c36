"""What `ncash check` says about the steps beyond their spelling."""

from collections.abc import Iterator
from itertools import pairwise

from ncash.bundled.expirydiscount.settings import ExpiryDiscount
from ncash.bundled.expirydiscount.steps import steps
from ncash.language import phrase
from ncash.settings.config import Config
from ncash.settings.problems import Problem


def problems(config: Config) -> Iterator[Problem]:
    """A warning for each step that another one of the same hours puts out of use."""
    rules = config.section(ExpiryDiscount)
    origin = rules.origin("steps")
    if origin is None:
        return
    given = steps(rules.steps)
    for used, idle in pairwise(given):
        if used.hours == idle.hours:
            text = phrase(
                "steps: {hours}:{percent} has no effect because of {hours}:{more}",
                hours=used.hours,
                percent=idle.percent,
                more=used.percent,
            )
            yield Problem("MG041", origin.file, line=origin.line, text=text, section=origin.section, key="steps")
