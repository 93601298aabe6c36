"""What `ncash check` says about the file of batches."""

from collections.abc import Iterator
from pathlib import Path

from ncash.settings.config import Config
from ncash.settings.explained import RuleExplanation
from ncash.settings.problems import Problem, Rule
from stoplist.batches import BadLine, batches
from stoplist.settings import StopList

RULES = (Rule("SL001", "error", "a file of batches that cannot be read", blocks=True),)
EXPLAINED = {
    "SL001": RuleExplanation(
        "Without its list the plugin would sell what was called back, so that marked goods are refused.",
        "Put the line right, or the file in its place: gtin;from;to;reason, the days as 2027-01-31.",
    )
}


def problems(config: Config) -> Iterator[Problem]:
    """The first line that cannot be read."""
    rules = config.section(StopList)
    place = Path(config.folder, rules.batches)
    try:
        batches(place)
    except BadLine as error:
        yield Problem("SL001", place.name, error.line, str(error), section="StopList", key="batches")
    except (OSError, UnicodeDecodeError) as error:
        yield Problem("SL001", place.name, 1, type(error).__name__, section="StopList", key="batches")
