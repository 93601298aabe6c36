"""The settings of stoplist: stoplist.ini."""

from ncash.settings.declare import Settings, path


class StopList(Settings, file="stoplist.ini", section="StopList"):
    """Which batches are not sold."""

    title = "Отозванные партии"

    batches: str = path(
        "stoplist.csv",
        effect="CSV file of batches, relative to the conf folder; read again when it changes.",
        comment="Файл отозванных партий: gtin;from;to;reason",
    )


TABLES = (StopList,)
