"""What a username may be: its characters, its length, and the names that are kept back."""

import re
import unicodedata

from marketplace.errors import Invalid
from marketplace.i18n import _

SHORTEST, LONGEST = 3, 30

_ALLOWED = re.compile(r"[a-z0-9_-]+")
_LETTER_OR_DIGIT = re.compile(r"[a-z0-9]")

ADDRESSES = frozenset(
    """
    about account addresses applications bank-account bootstrap careers circle clients companies company
    confidentiality contacts contracts data decisions delete drafts edit email feed feeds follow followers following
    forgot friends healthz help hobbies identity invitations jobs language languages login logout members messages
    metrics moderation mypage new notifications papers password picture preview print privacy profile qualifications
    readyz register reset reviews saved-searches search search-help settings skills static teams terms transparency
    unfollow workers
    """.split()  # noqa: SIM905 - words are read best as a text
)
"""Words that stand in addresses of ours, or will; a test compares them with the routes."""

OFFICIAL = frozenset(
    """
    admin administration administrator anonymous api apple-app-site-association billing contact everyone favicon
    guest hostmaster info jimukyoku kanri kanrinin legal mail mailer-daemon me moderator moderators musubi
    musubi-official no-reply nobody noc noreply null official oshirase owner payment payments postmaster robots
    root sales security self sitemap staff status superuser support sysadmin system team undefined unei uneisha
    user users webmaster well-known worker www
    """.split()  # noqa: SIM905 - words are read best as a text
)
"""Words that would let a member speak as the site itself."""

RESERVED = ADDRESSES | OFFICIAL
_LOOKS_LIKE = (str.maketrans("01", "oi"), str.maketrans("01", "ol"))
_BARE = frozenset(re.sub("[_-]", "", name) for name in RESERVED)


def canonical(text: str) -> str:
    """Return the username that `text` stands for: half-width, small letters. Raises Invalid when it cannot be one."""
    name = unicodedata.normalize("NFKC", text).strip().casefold()
    if not SHORTEST <= len(name) <= LONGEST:
        raise Invalid(
            _(
                "ユーザー名は%(shortest)s〜%(longest)s文字で入力してください。いまは%(length)s文字です。",
                shortest=SHORTEST,
                longest=LONGEST,
                length=len(name),
            )
        )
    if not _ALLOWED.fullmatch(name):
        raise Invalid(_("ユーザー名は半角の英小文字、数字、_、- で入力してください。例)hanako-sato"))
    if not _LETTER_OR_DIGIT.search(name):
        raise Invalid(_("ユーザー名には、英小文字か数字を1文字以上入れてください。例)hanako-sato"))
    if is_reserved(name):
        raise Invalid(_("このユーザー名は、運営のために取ってあります。ほかのユーザー名を入力してください。"))
    return name


def is_reserved(name: str) -> bool:
    """Tell whether `name` is kept back, whatever stands between its letters."""
    return name in RESERVED or re.sub("[_-]", "", name) in _BARE


def looks_reserved(slug: str) -> bool:
    """Tell whether the address of a team or a company is kept back, digits that look like letters among them."""
    return any(map(is_reserved, (slug, *(slug.translate(each) for each in _LOOKS_LIKE))))
