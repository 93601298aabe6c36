"""Next steps for the cashier that several texts of this plugin share."""

from typing import Final

OTHER_UNIT_TO_MANAGER: Final = "Возьмите другую единицу товара, эту отложите и передайте администратору."
ON_SALE: Final = "Продавать можно. Позвоните в поддержку."
LATER: Final = "Повторите сканирование через минуту. Не помогло — позвоните в поддержку."
