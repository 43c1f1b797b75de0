"""「仕事を依頼する」: terms for somebody whose application was accepted, or straight to a worker or a team."""

from dataclasses import dataclass, replace

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, viewer
from blueprints.contracts.looking import Desk, is_sound, page_of
from blueprints.contracts.routes import bp
from blueprints.contracts.terms_forms import TermsForm, data_of
from blueprints.converters import LARGEST
from marketplace import limits
from marketplace.accounts.models import Member
from marketplace.companies import queries as companies
from marketplace.companies.models import Company
from marketplace.contracts import beginnings, policy, queries, service
from marketplace.contracts.items import Items
from marketplace.contracts.kinds_of_work import examples_of
from marketplace.contracts.models import Contract
from marketplace.contracts.service import Opening
from marketplace.errors import NotFound, require
from marketplace.i18n import _
from marketplace.jobs.categories import Category
from marketplace.payouts import queries as payouts
from marketplace.profiles import queries as profiles
from marketplace.teams import queries as teams


@dataclass(frozen=True)
class Start:
    """With whom, because of what, and with which first words."""

    opening: Opening
    items: Items
    members: list[Member]
    companies: list[Company]
    """In whose name the client may commission; none where the job has said it."""
    category: Category | None = None
    query: str = ""
    """What of the address says all this."""


@bp.route("/contracts/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Write the terms, look at them as the other party will read them, and send them."""
    start = _start()
    opening = start.opening
    require(
        policy.can_propose(current_member, opening.worker, opening.team, opening.company),
        _("この相手には、仕事を依頼できません。"),
    )
    if (
        opening.again is None
        and opening.application is not None
        and (there := queries.find_for_application(opening.application))
    ):
        return redirect(url_for(".terms", contract_id=there.id))
    here = url_for(".new") + start.query
    data = data_of(start.items) | {"title": opening.title}
    form = TermsForm(shares=start.items.shares, draft_at=here, data=data)
    del form.change_reason, form.seen
    if not start.companies:
        del form.company
    else:
        form.company.choices = [("", _("自分")), *((each.slug, each.name) for each in start.companies)]
    opening = _chosen(form, start)
    desk = _desk(start, opening)
    step = "write"
    if not form.only_reckons and form.is_submitted() and is_sound(form, desk):
        if form.step == "send":
            with form.blame("title"):
                contract = _send(form, opening)
                name = opening.worker.nickname
                flash(_("取引条件を送信しました。%(name)sさんの回答をお待ちください。", name=name), "ok")
                return redirect(url_for(".terms", contract_id=contract.id))
        else:
            step = form.step
    return page_of(form, desk, step, here=here), form.status


def _send(form: TermsForm, opening: Opening) -> Contract:
    if queries.find_sent(current_member, form.once.data) is None:
        limits.check(limits.Action.CONTRACT, account=current_member.id)
    return service.propose(current_member, opening, form.items(), form.once.data)


def _start() -> Start:
    """Read from the address with whom; raises NotFound for whom the member may not know of."""
    number = request.args.get("application", 0, type=int)
    if 0 < number <= LARGEST:
        return _from_application(number)
    number = request.args.get("again", 0, type=int)
    if 0 < number <= LARGEST:
        return _again(number)
    if slug := request.args.get("team", ""):
        return _with_team(slug)
    if username := request.args.get("worker", ""):
        return _with_worker(username)
    raise NotFound


def _from_application(number: int) -> Start:
    application = queries.get_accepted(current_member, number)
    job, worker = application.job, application.applicant
    payee = payouts.find_details(worker)
    items = beginnings.first_items(current_member, worker, payee, company=job.company)
    members = list(queries.members_of(application.team)) if application.team else []
    if application.team is not None:
        items = beginnings.of_team(items, application.team, worker)
    items = beginnings.of_application(items, application, payee, members)
    opening = Opening(
        title=job.title, worker=worker, team=application.team, company=job.company, application=application
    )
    return Start(opening, items, members, [], job.category, f"?application={number}")


def _again(number: int) -> Start:
    """Begin with the last terms of a contract that did not come about."""
    contract = queries.get_for(current_member, number)
    if not policy.can_offer_again(current_member, contract):
        raise NotFound
    application = queries.get_accepted(current_member, contract.application_id) if contract.application_id else None
    items = Items.of(queries.get_terms(contract, queries.newest_number(contract)))
    opening = Opening(
        title=contract.title,
        worker=contract.worker,
        team=contract.team,
        company=contract.company,
        application=application,
        again=contract,
    )
    members = list(queries.members_of(contract.team)) if contract.team else []
    category = application.job.category if application else None
    # What was shared under the other contract was confirmed for it alone.
    shares = beginnings.applied(application, members) if application else ()
    items = replace(items, change_reason="", shares=shares)
    return Start(opening, items, members, [], category, f"?again={number}")


def _with_team(slug: str) -> Start:
    team = teams.get_for(current_member, slug)
    leader = queries.leader_of(team, current_member)
    if leader is None or teams.role_of(current_member, team) is not None:
        raise NotFound(_("このチームには、仕事を依頼できません。"))
    members = list(queries.members_of(team))
    items = beginnings.first_items(current_member, leader, payouts.find_details(leader))
    items = beginnings.of_team(items, team, leader)
    return Start(Opening(title="", worker=leader, team=team), items, members, _own_companies(), None, f"?team={slug}")


def _with_worker(username: str) -> Start:
    worker = profiles.get_for(current_member, username)
    items = beginnings.first_items(current_member, worker, payouts.find_details(worker))
    return Start(Opening(title="", worker=worker), items, [], _own_companies(), None, f"?worker={worker.username}")


def _own_companies() -> list[Company]:
    found = {each.company.id: each.company for each in companies.belongings_of(current_member)}
    return list(found.values())


def _chosen(form: TermsForm, start: Start) -> Opening:
    """Return the opening with what the form says of it; a company gives its name where none was typed."""
    opening = start.opening
    company = opening.company
    if "company" in form:
        company = next((each for each in start.companies if each.slug == form.company.data), None)
        if company is not None and form.client_name.data in {"", current_member.nickname}:
            form.client_name.data = company.name
            form.client_name.raw_data = [company.name]
    return Opening(
        title=form.title.data or opening.title,
        worker=opening.worker,
        team=opening.team,
        company=company,
        application=opening.application,
        again=opening.again,
    )


def _desk(start: Start, opening: Opening) -> Desk:
    """Return what is written about: a contract that nobody has stored."""
    contract = Contract(
        client=viewer(),
        worker=opening.worker,
        client_id=current_member.id,
        worker_id=opening.worker.id,
        company=opening.company,
        company_id=opening.company.id if opening.company else None,
        team=opening.team,
        team_id=opening.team.id if opening.team else None,
        application_id=opening.application.id if opening.application else None,
        title=opening.title,
    )
    kinds = examples_of(start.category) if start.category else ()
    side = service.side_for(current_member, opening)
    return Desk(contract, side, 1, start.members, kinds=kinds)
