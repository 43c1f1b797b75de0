"""Mail addresses: one written form for each mailbox, so that what is stored is what is written to."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from marketplace.errors import Invalid
from marketplace.i18n import _


def canonical(text: str) -> str:
    """Return the one form of the address in `text`: half-width, small letters, the domain in ASCII.

    Raises Invalid for what is no address, or more than one.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    if typed.count("@") != 1:
        raise _invalid()
    try:
        # An installation that is tried out writes to names that end in .test.
        checked = validate_email(
            typed, allow_smtputf8=False, check_deliverability=False, strict=True, test_environment=True
        )
    except EmailNotValidError as error:
        raise _invalid() from error
    return str(checked.ascii_email).lower()


def _invalid() -> Invalid:
    return Invalid(_("メールアドレスを1つ、半角で入力してください。例)hanako@example.com"))
