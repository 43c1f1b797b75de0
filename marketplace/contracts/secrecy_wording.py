"""The text of an individual agreement of confidentiality, made of what was chosen."""

from dataclasses import dataclass
from pathlib import Path

from marketplace.clock import today
from marketplace.contracts.models import Contract

TEXT = Path(__file__).parent / "texts" / "secrecy.ja.txt"
"""What is the same in all; an agreement keeps its own whole text, so that a change here changes no other."""
MAY_RE_ENTRUST = (
    "情報を受け取った人は、再委託先に、この合意と同じ義務を負わせたうえで、必要な範囲に限って情報を渡せます。"
)
MAY_NOT_RE_ENTRUST = "情報を受け取った人は、相手の書面またはメッセージによる承諾なしに、情報を再委託先に渡しません。"


@dataclass(frozen=True)
class SecrecyItems:
    """What is chosen; the other articles are the same for all."""

    purpose: str
    years: int
    """How long it holds after the end of the contract."""
    may_re_entrust: bool
    discloses_address: bool
    special: str
    """特記事項"""


def text_of(contract: Contract, items: SecrecyItems) -> str:
    """Return the text that is signed: parties, purpose, definition, exclusions, period, return, and so on."""
    client, worker, team = contract.client, contract.worker, contract.team
    company = contract.company if contract.company_id is not None else None
    day = today()
    chosen = {
        "day": f"{day.year}年{day.month}月{day.day}日",
        "client": f"{company.name}(@{client.username})" if company else f"@{client.username}",
        "worker": worker.username,
        "team": f"、およびチーム「{team.name}」として取引に加わる人" if team else "",
        "shown": "氏名と住所" if items.discloses_address else "氏名",
        "title": contract.title,
        "purpose": items.purpose,
        "entrusting": MAY_RE_ENTRUST if items.may_re_entrust else MAY_NOT_RE_ENTRUST,
        "years": items.years,
        "special": items.special or "なし",
    }
    return TEXT.read_text(encoding="utf-8").strip().format_map(chosen)
