"""The settings of agequestion: agequestion.ini."""

from ncash.settings.declare import Settings, items, number


class AgeQuestion(Settings, file="agequestion.ini", section="AgeQuestion"):
    """For which goods the buyer's age is asked."""

    title = "Вопрос о возрасте покупателя"

    age: int = number(18, least=1, most=99, accepted="1 to 99", effect="Years.", comment="С какого возраста продаётся")
    departments: tuple[str, ...] = items(
        effect="Departments whose goods are asked about.", comment="Коды отделов через запятую"
    )
    catalogs: tuple[str, ...] = items(
        effect="Catalogs whose goods are asked about.", comment="Коды каталогов через запятую"
    )


TABLES = (AgeQuestion,)
