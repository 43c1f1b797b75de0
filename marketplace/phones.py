"""Telephone numbers: typed in any way, stored as E.164, shown as people write them."""

from marketplace.errors import Invalid
from marketplace.i18n import _

REGION = "JP"
_LONGEST = 40


def normalize_phone(text: str) -> str:
    """Return the number as E.164; without a country code it is Japanese.

    Raises Invalid for what cannot be called, and for extensions, which E.164 cannot keep.
    """
    # Its import takes 0.1 s, and few requests bring a number.
    import phonenumbers

    try:
        number = phonenumbers.parse(text[:_LONGEST], REGION)
    except phonenumbers.NumberParseException:
        number = phonenumbers.PhoneNumber()
    if len(text) > _LONGEST or number.extension or not phonenumbers.is_valid_number(number):
        raise Invalid(_("電話番号は市外局番から数字で入力してください。内線番号は入力できません。例)03-1234-5678"))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def written(number: str) -> str:
    """Return a stored number as it is written: with hyphens in Japan, with its country code elsewhere."""
    import phonenumbers

    parsed = phonenumbers.parse(number, REGION)
    is_at_home = phonenumbers.region_code_for_number(parsed) == REGION
    style = phonenumbers.PhoneNumberFormat.NATIONAL if is_at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)
