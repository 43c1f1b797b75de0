"""Spellings of skills: which there are, letting one mean a skill, and taking that back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, moderators_only
from blueprints.moderation.forms import AliasForm
from blueprints.moderation.routes import bp
from marketplace.careers.models import SKILL_NAME_LENGTH
from marketplace.i18n import _
from marketplace.moderation import queries, service


@bp.route("/skills", methods=["GET", "POST"])
@moderators_only
def skills() -> ResponseReturnValue:
    """Show the spellings, and let one mean a skill: after a look at whom that touches, at the second press."""
    form = AliasForm(spelling=request.args.get("spelling"))
    if form.validate_on_submit():
        with form.blame("skill"):
            change = queries.change_of(form.spelling.data, form.skill.data)
            if not form.add.data:
                return render_template("moderation/alias.html", form=form, change=change)
            service.add_alias(current_member, form.spelling.data, form.skill.data)
            names = {"spelling": form.spelling.data, "skill": change.skill.name}
            flash(_("「%(spelling)s」を「%(skill)s」にまとめました。", **names), "ok")
            return redirect(url_for(".skills", q=change.skill.name))
    typed = request.args.get("q", "").replace("\x00", "").strip()[:SKILL_NAME_LENGTH]
    page = queries.aliases(typed, request.args.get("after"))
    return render_template("moderation/skills.html", form=form, page=page, typed=typed), form.status


@bp.route("/skills/<path:key>/remove", methods=["GET", "POST"])
@moderators_only
def remove_alias(key: str) -> ResponseReturnValue:
    """Say what taking a spelling back does, and do it."""
    alias = queries.get_alias(key)
    if request.method == "POST":
        name = alias.skill.name
        seen = request.form.get("skill", "")
        service.remove_alias(current_member, alias, int(seen) if seen.isascii() and seen.isdigit() else 0)
        flash(_("「%(key)s」を「%(name)s」から外しました。", key=key, name=name), "ok")
        return redirect(url_for(".skills"))
    return render_template("moderation/remove_alias.html", alias=alias, former=queries.find_former(alias))
