"""Who may do what while the work is done: deeds are the two parties', words those of all who do a part of it."""

from collections.abc import Iterable

from marketplace.accounts.models import Member
from marketplace.contracts import queries
from marketplace.contracts.models import (
    Contract,
    ContractAttachment,
    ContractEnding,
    ContractState,
    EndingState,
    SecrecyState,
)
from marketplace.contracts.queries import secrecy


def can_write(actor: Member, contract: Contract) -> bool:
    """The parties and whoever of the team does a part, from the first agreement on and also after the end."""
    return contract.started_at is not None and (contract.is_party(actor.id) or queries.has_share(actor, contract))


def can_acknowledge(actor: Member, contract: Contract) -> bool:
    """Who does the work, while it is done."""
    return _is_worker(actor, contract) and contract.state is ContractState.ACTIVE


def can_warn(actor: Member, contract: Contract) -> bool:
    """Who does the work, while it is done."""
    return _is_worker(actor, contract) and contract.state is ContractState.ACTIVE


def can_deliver(actor: Member, contract: Contract) -> bool:
    """Who does the work, as long as something is missing."""
    return _is_worker(actor, contract) and contract.state is ContractState.ACTIVE


def can_take_back(actor: Member, contract: Contract) -> bool:
    """Who does the work."""
    return _is_worker(actor, contract) and contract.is_active


def can_revise(actor: Member, contract: Contract) -> bool:
    """Who commissioned it."""
    return _is_client(actor, contract) and contract.is_active


def can_accept(actor: Member, contract: Contract) -> bool:
    """Who commissioned it."""
    return _is_client(actor, contract) and contract.is_active


def can_report_payment(actor: Member, contract: Contract) -> bool:
    """Who pays; what was delivered is owed after an early end too."""
    return _is_client(actor, contract) and _pays(contract)


def can_confirm_payment(actor: Member, contract: Contract) -> bool:
    """Who is paid."""
    return _is_worker(actor, contract) and _pays(contract)


def can_end(actor: Member, contract: Contract) -> bool:
    """Either party, until everything is accepted: from then on there is only a payment left."""
    return contract.is_party(actor.id) and contract.state in (ContractState.ACTIVE, ContractState.DELIVERED)


def can_agree_to_end(actor: Member, contract: Contract, ending: ContractEnding) -> bool:
    """The party that did not ask."""
    return can_end(actor, contract) and ending.asker_id != actor.id and ending.state is EndingState.ASKED


def can_refuse_to_end(actor: Member, contract: Contract, ending: ContractEnding) -> bool:
    """The party that did not ask; a worker also objects to what a client says of them, until the day is over."""
    is_answerable = ending.state is EndingState.ASKED or ending.may_be_objected_to(contract)
    return can_end(actor, contract) and ending.asker_id != actor.id and is_answerable


def can_withdraw_ending(actor: Member, contract: Contract, ending: ContractEnding) -> bool:
    """Whoever asked, until the other agrees; or said so in advance on their own, until it comes to pass."""
    is_settled = ending.state is EndingState.NOTICED and ending.agreed_at is not None
    return contract.is_active and ending.asker_id == actor.id and not is_settled


def can_open(actor: Member, contract: Contract, file: ContractAttachment) -> bool:
    """Whoever sees the contract; what asks for a signature, only whose it is, until an agreement is signed."""
    return not shut_among(actor, contract, [file])


def shut_among(actor: Member, contract: Contract, files: Iterable[ContractAttachment]) -> set[int]:
    """Return the numbers of those `files` that `actor` cannot open, with one question at most."""
    protected = {file.id for file in files if file.needs_signature and file.owner_id != actor.id}
    return set() if not protected or secrecy.has_signed(actor, contract) else protected


def may_protect(contract: Contract) -> bool:
    """Whether files may ask for a signature: as long as one can still be given, or once all gave theirs."""
    return contract.is_live or SecrecyState.SIGNED in secrecy.states_of(contract)


def may_protect_delivery(contract: Contract) -> bool:
    """Whether what is delivered may ask for a signature: the client has signed, and opens it."""
    return secrecy.has_signed(contract.client, contract)


def _pays(contract: Contract) -> bool:
    """Parts are paid while others are still worked on."""
    return contract.is_active or contract.state is ContractState.ENDED


def _is_worker(actor: Member, contract: Contract) -> bool:
    return contract.started_at is not None and contract.worker_id == actor.id


def _is_client(actor: Member, contract: Contract) -> bool:
    return contract.started_at is not None and contract.client_id == actor.id
