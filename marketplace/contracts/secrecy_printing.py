"""An agreement of confidentiality that all have signed, in sections and as a PDF: the page shows what is on paper."""

import re
from collections.abc import Sequence

from marketplace.contracts.models import SecrecyAgreement, SecrecySignature
from marketplace.contracts.printing import moment_of
from marketplace.i18n import _, speaking
from marketplace.typesetting import Row, Section, typeset

LANGUAGE = "ja"
"""In which it is printed, as it was written."""
_ARTICLE = re.compile(r"第(\d+)条\(.+\)")


def render(agreement: SecrecyAgreement, signatures: Sequence[SecrecySignature]) -> bytes:
    """Return the agreement with its signatures as a PDF; it must hold, and the signers be at hand."""
    with speaking(LANGUAGE):
        title, number = title_of(), number_of(agreement.contract_id, agreement.number)
        data = {
            "title": title,
            "foot": f"{title} / {number}",
            "facts": [{"label": _("文書番号"), "value": number}, {"label": _("成立"), "value": _whole_at(agreement)}],
            "opening": opening_of(agreement),
            "sections": sections_of(agreement, signatures),
        }
        return typeset("contracts/notice.typ", data, agreement.ended_at or agreement.created_at)


def title_of() -> str:
    """Return what the document is called."""
    return _("秘密保持の合意書")


def number_of(contract_id: int, number: int) -> str:
    """Return the number of the document of a contract's agreement: it is found by it for years."""
    return f"MU-{contract_id:06}-S{number}"


def opening_of(agreement: SecrecyAgreement) -> str:
    """Return the sentence that says since when it holds."""
    return _("次の内容に、%(at)sに、全員の署名がそろいました。", at=_whole_at(agreement))


def sections_of(agreement: SecrecyAgreement, signatures: Sequence[SecrecySignature]) -> list[Section]:
    """Return the whole text, article by article, and who signed it with what they told by that."""
    signed = tuple(
        Row(
            f"{each.member.nickname} @{each.member.username}",
            "\n".join(filter(None, (each.name, each.address))),
            _("%(at)sに署名", at=moment_of(each.signed_at))
            + " / "
            + _("公開の記録の番号%(number)s", number=each.leaf_index),
        )
        for each in signatures
    )
    return [
        Section(_("合意の内容"), (Row(_("作成"), moment_of(agreement.created_at)), *_articles_of(agreement.text))),
        Section(_("署名"), signed),
        Section(_("文の要約値"), (Row("SHA-256", agreement.text_sha256),)),
    ]


def _articles_of(text: str) -> list[Row]:
    """Return what was signed in rows, without its title and its day; what does not begin the next article belongs to
    the one before, whatever it looks like."""
    found: list[Row] = []
    for part in text.split("\n\n")[1:]:
        label, _end, value = part.partition("\n")
        article = _ARTICLE.fullmatch(label)
        if article and int(article[1]) == len(found) + 1:
            found.append(Row(label, value))
        else:
            last = found.pop() if found else Row("", "")
            found.append(Row(last.label, f"{last.value}\n\n{part}"))
    return found


def _whole_at(agreement: SecrecyAgreement) -> str:
    return moment_of(agreement.ended_at or agreement.created_at)
