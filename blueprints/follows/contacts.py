"""コンタクト: its four lists, letting go of followers, blocking, and who is blocked."""

from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, local_path
from blueprints.follows.routes import bp, drawn_counts, page_of
from marketplace.accounts.models import Member
from marketplace.contracts import queries as contracts
from marketplace.follows import queries, service
from marketplace.follows.queries import ContactSort, Tab
from marketplace.i18n import _
from marketplace.profiles import queries as profiles

LONGEST_WORDS = 30


@dataclass(frozen=True)
class ContactState:
    """What a list of コンタクト shows: the query string is all of it."""

    tab: Tab = Tab.FRIENDS
    words: str = ""
    order: ContactSort = ContactSort.NEWEST
    cursor: str | None = None

    @classmethod
    def read(cls) -> "ContactState":
        """Read the query string; what means nothing is left out."""
        tab, order = request.args.get("tab"), request.args.get("order")
        return cls(
            tab=Tab(tab) if tab in set(Tab) else Tab.FRIENDS,
            words="".join(filter(str.isprintable, request.args.get("q", "")))[:LONGEST_WORDS].strip(),
            order=ContactSort(order) if order in set(ContactSort) else ContactSort.NEWEST,
            cursor=request.args.get("after"),
        )

    @property
    def has_contracts(self) -> bool:
        """Whether its rows say what was completed with each."""
        return self.tab is Tab.CLIENTS

    def url(self, **other: object) -> str:
        """Return the address of this list, with `other` values for some of its fields and from its first page."""
        shown = replace(self, **{"cursor": None, **other})  # type: ignore[arg-type]
        order = None if shown.order is ContactSort.NEWEST else shown.order.value
        return url_for(
            "follows.contacts", tab=shown.tab.value, q=shown.words or None, order=order, after=shown.cursor or None
        )


@bp.get("/contacts")
def contacts() -> str:
    """Show one list of コンタクト."""
    state = ContactState.read()
    page = queries.contacts_of(current_member, state.tab, state.cursor, words=state.words, order=state.order)
    members = [member for member, since in page.rows]
    return render_template(
        "follows/contacts.html",
        state=state,
        tab=state.tab,
        tabs=Tab,
        orders=ContactSort,
        page=page,
        counts=queries.counts_of(current_member),
        relations=queries.relations(current_member, members),
        profiles=profiles.profiles_of(member.id for member in members if member.is_worker),
        together=contracts.completed_with(current_member, [each.id for each in members] if state.has_contracts else []),
    )


@bp.get("/contacts/blocked")
def blocked() -> str:
    """Show whom the member has blocked."""
    page = queries.blocked_by(current_member, request.args.get("after"))
    return render_template("follows/blocked.html", page=page)


@bp.post("/workers/<username>/remove-follower")
def remove_follower(username: str) -> ResponseReturnValue:
    """Let go of this follower."""
    member = queries.get_for(current_member, username)
    service.remove_follower(current_member, member)
    return _row_or_back(member, _("%(name)sさんをフォロワーから外しました。", name=member.nickname))


@bp.post("/workers/<username>/block")
def block(username: str) -> ResponseReturnValue:
    """Block this member; once more changes nothing."""
    member = queries.find_blocked(current_member, username) or queries.get_for(current_member, username)
    service.block(current_member, member)
    return _row_or_back(member, _("%(name)sさんをブロックしました。", name=member.nickname), is_blocked=True)


@bp.post("/workers/<username>/unblock")
def unblock(username: str) -> ResponseReturnValue:
    """Take the block of this member back."""
    member = queries.get_blocked(current_member, username)
    service.unblock(current_member, member)
    return _row_or_back(member, _("%(name)sさんのブロックを外しました。", name=member.nickname))


def _row_or_back(member: Member, sentence: str, *, is_blocked: bool = False) -> ResponseReturnValue:
    """Answer htmx with what stands in the place of the row, and a plain form with the page it came from."""
    if "HX-Request" in request.headers:
        tab = request.form.get("counts", "")
        row = render_template("follows/done.html", member=member, sentence=sentence, is_blocked=is_blocked, tab=tab)
        return row + drawn_counts(tab)
    flash(sentence, "ok")
    return redirect(local_path(request.form["next"]) if "next" in request.form else page_of(member))
