"""Fields of the four lists: months, whole numbers, choices from an enum, and what is asked of addresses."""

import re
import unicodedata
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from wtforms import Field, StringField, ValidationError
from wtforms.widgets import MonthInput

from marketplace.clock import today
from marketplace.i18n import _

EARLIEST_YEAR = 1900
_MONTH = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*月?")
_UNWANTED_IN_URLS = re.compile(r'[\s\x00-\x20\x7f"<>\\^`{|}]')


class MonthField(StringField):
    """A month, its `data` the first day; browsers without a picker take it as 2015-04."""

    widget = MonthInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was typed in any usual way of writing a month."""
        if not valuelist:
            return
        typed = unicodedata.normalize("NFKC", valuelist[0]).strip()
        self.data = None
        if not typed:
            return
        found = _MONTH.fullmatch(typed)
        if found is None or not EARLIEST_YEAR <= int(found[1]) <= 9998 or not 1 <= int(found[2]) <= 12:
            raise ValueError(_("年と月を入力してください。例)2015-04"))
        self.data = date(int(found[1]), int(found[2]), 1)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%Y-%m}" if self.data else ""


def not_in_future(form: object, field: Field) -> None:
    """Refuse a month after the present one."""
    if field.data is not None and field.data > today():
        raise ValidationError(_("今月か、それより前の年月を入力してください。"))


def web_address(form: object, field: Field) -> None:
    """Refuse what is not the plain http or https address of a page on a named host."""
    if not field.data:
        return
    try:
        parts = urlsplit(field.data)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    is_plain = not (_UNWANTED_IN_URLS.search(field.data) or "@" in parts.netloc or port == 0)
    if parts.scheme not in {"http", "https"} or "." not in host.strip(".") or not is_plain:
        raise ValidationError(_("https:// か http:// で始まるページのURLを入力してください。例)https://example.com/"))
