"""Number and holder of an account under a key of their own."""

import json
from dataclasses import asdict, dataclass

from marketplace import vault
from marketplace.errors import NotFound
from marketplace.payouts.models import BankAccount


@dataclass(frozen=True, repr=False)
class Secrets:
    """What is encrypted of an account. It has no repr, so that no log and no traceback shows it."""

    number: str
    """Seven digits."""
    holder: str
    """In the characters of banks."""


def seal(secrets: Secrets, member_id: int, edition: int) -> tuple[str, bytes]:
    """Return the name of a new key, and `secrets` sealed with it."""
    key = vault.new_key()
    return key, vault.seal(key, json.dumps(asdict(secrets)).encode(), _context(member_id, edition))


def opened(account: BankAccount) -> Secrets:
    """Return what is sealed in `account`; raises NotFound once it has ended."""
    if account.sealed is None or account.key_name is None:
        raise NotFound
    return Secrets(
        **json.loads(vault.open_sealed(account.key_name, account.sealed, _context(account.member_id, account.edition)))
    )


def _context(member_id: int, edition: int) -> str:
    return f"bank-accounts/{member_id}/{edition}"
