"""The mail to an address of a company, by whose link somebody shows that they belong to it."""

from typing import Any

from blueprints.absolute import address_of
from marketplace import mail
from marketplace.accounts import tokens
from marketplace.accounts.tokens import Purpose
from marketplace.clock import now
from marketplace.companies import queries


def deliver(errand_id: int, payload: dict[str, Any]) -> None:
    """Send the mail that `payload` asks for; nobody gets one when it is over already."""
    proof = queries.find_proof(payload["id"])
    if proof is None or not proof.is_open(now()) or not proof.company.is_live:
        return
    token = tokens.make(Purpose.COMPANY, proof.id, *proof.state)
    context: dict[str, Any] = {
        "nickname": proof.member.nickname,
        "username": proof.member.username,
        "company": proof.company.name,
        "link": address_of("companies.confirm", token=token),
    }
    mail.send("confirm_company", proof.email, proof.member.language, errand_id, **context)
