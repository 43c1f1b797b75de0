"""The shares of a team: its leader decides, and each whose share changes says whether they take part."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import FieldList, FormField, HiddenField
from wtforms import Form as Row

from blueprints.access import current_member
from blueprints.contracts.routes import bp
from blueprints.forms import DeedForm, LineField
from blueprints.typed import NumberField
from marketplace.accounts.models import Draft, Member
from marketplace.contracts import drafting, policy, queries, service
from marketplace.contracts.faults import Side, share_faults
from marketplace.contracts.items import Share, even_shares
from marketplace.contracts.models import Contract, ContractTerms
from marketplace.contracts.queries.secrecy import find_signed
from marketplace.errors import NotFound, require
from marketplace.i18n import _, _l
from marketplace.sharing import WHOLE

PART_LENGTH = 200


class ShareRow(Row):
    """What one member of the team does and gets."""

    username = HiddenField()
    percent = NumberField(_l("分配"), at_least=0, at_most=100)
    part = LineField(_l("担当する部分"), at_most=PART_LENGTH)


class SharesForm(DeedForm):
    """Who of the team gets which part."""

    shares = FieldList(FormField(ShareRow), _l("チームの分配"))

    def __init__(self, members: Sequence[Member], **kwargs: Any) -> None:
        self.members = {each.username: each for each in members}
        super().__init__(**kwargs)

    def is_whole(self, side: Side) -> bool:
        """Say beside the first share what is wrong with all of them; tell whether nothing is."""
        found = share_faults(tuple(self.typed()), side)
        if found:
            first = self.shares[0].form.percent
            first.errors = [*first.errors, found[0].sentence]
            self.shares.errors = [row.errors for row in self.shares]
        return not found

    def typed(self) -> list[Share]:
        """Return what was typed for those who are in the team."""
        rows = [row.form for row in self.shares if row.form.username.data in self.members]
        return [
            Share(
                member_id=self.members[each.username.data].id,
                percent=None if each.percent.errors else each.percent.data or 0,
                part=each.part.data or "",
            )
            for each in rows
        ]

    def _put_back(self, draft: Draft | None, kwargs: dict[str, Any]) -> Draft | None:
        """Put back what was typed for the team as it is now: whoever has come since would have no row."""
        named = {value for name, value in draft.fields if name.endswith("-username")} if draft else set()
        return super()._put_back(draft if named == set(self.members) else None, kwargs)


class AnswerForm(DeedForm):
    """Whether one takes part for the share that one has read."""

    seen = HiddenField()


@bp.route("/contracts/<int:contract_id>/terms/<int:number>/shares", methods=["GET", "POST"])
def share_out(contract_id: int, number: int) -> ResponseReturnValue:
    """Decide on the shares under a version that waits for an answer."""
    contract = queries.get_for(current_member, contract_id)
    terms = queries.get_terms(contract, number)
    require(policy.can_share_out(current_member, contract), _("分配を決められるのは、チームの代表だけです。"))
    if contract.team is None:
        raise NotFound
    members = sorted(queries.members_of(contract.team), key=lambda each: each.id != contract.worker_id)
    here = url_for(".share_out", contract_id=contract_id, number=number)
    form = SharesForm(members, draft_at=here, data={"shares": _rows(contract, terms, members)})
    if form.validate_on_submit() and form.is_whole(service.side_of(contract)):
        with form.blame("go"):
            service.share_out(current_member, contract, terms, form.typed())
            silent = queries.unconfirmed(terms)
            said = _("分配を決めました。") if not silent else _("分配を決めて、メンバーに確認をお願いしました。")
            flash(said, "ok")
            return redirect(url_for(".version", contract_id=contract.id, number=number))
    page = render_template("contracts/share_out.html", contract=contract, terms=terms, form=form)
    return page, form.status


@bp.get("/contracts/<int:contract_id>/share")
def share(contract_id: int) -> str:
    """Show a member the terms under which they are asked to take part, and their share."""
    contract, terms = queries.get_asked(current_member, contract_id)
    return _page(contract, terms, AnswerForm())


@bp.post("/contracts/<int:contract_id>/terms/<int:number>/share")
def confirm_share(contract_id: int, number: int) -> ResponseReturnValue:
    """Take part: 「参加する」."""
    said = _("担当と分配を確認しました。全員がそろい、双方が条件に同意すると、取引が始まります。")
    return _answer(service.confirm_share, contract_id, number, said)


@bp.post("/contracts/<int:contract_id>/terms/<int:number>/share/refuse")
def refuse_share(contract_id: int, number: int) -> ResponseReturnValue:
    """Do not take part so: 「参加しない」."""
    return _answer(service.refuse_share, contract_id, number, _("この分配では参加しないと伝えました。"))


def _answer(verb: Callable[..., None], contract_id: int, number: int, said: str) -> ResponseReturnValue:
    """Answer for the share that was read; draw what took its place where there is another by now."""
    contract, terms = _asked(contract_id, number)
    form = AnswerForm()
    with form.blame("seen"):
        verb(current_member, contract, terms, form.seen.data or "")
    if not form.errors:
        flash(said, "ok")
        return redirect(url_for(".share", contract_id=contract_id))
    return _page(*_asked(contract_id, number), form), form.status


def _asked(contract_id: int, number: int) -> tuple[Contract, ContractTerms]:
    contract, terms = queries.get_asked(current_member, contract_id)
    if terms.number != number:
        raise NotFound(_("確認する分配はありません。代表が決めなおしたか、取引の条件が変わりました。"))
    return contract, terms


def _page(contract: Contract, terms: ContractTerms, form: DeedForm) -> str:
    own = next(each for each in terms.shares if each.member_id == current_member.id)
    before = queries.words_of(contract).get(current_member.id) if own.waits else None
    agreement = find_signed(contract)
    told = drafting.stored_to_member(contract, terms, own, agreement) if own.percent else None
    return render_template(
        "contracts/share.html",
        contract=contract,
        terms=terms,
        form=form,
        own=own,
        before=before,
        told=told,
        own_sections=drafting.shown(told) if told else (),
        sections=drafting.shown(drafting.stored(contract, terms, agreement)),
    )


def _rows(contract: Contract, terms: ContractTerms, members: Sequence[Member]) -> list[dict[str, Any]]:
    """Return a row for each member: as it stands, as they agreed to before, or as equal as whole percents can be."""
    shares = {each.member_id: (each.percent, each.part) for each in terms.shares}
    if not shares:
        shares = {number: (word.percent, word.part) for number, word in queries.words_of(contract).items()}
    if sum(percent for percent, _part in shares.values()) != WHOLE:
        shares = {each.member_id: (each.percent or 0, "") for each in even_shares([each.id for each in members])}
    found = [(each.username, *shares.get(each.id, (0, ""))) for each in members]
    return [{"username": username, "percent": percent, "part": part} for username, percent, part in found]
