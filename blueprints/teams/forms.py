"""What one types to found a team, to invite, and to ask for a place."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from blueprints.forms import CHOOSE, Form, LineField, LinesField, Required
from marketplace.accounts.models import Member
from marketplace.careers.models import SKILL_NAME_LENGTH
from marketplace.i18n import _l
from marketplace.pictures import ACCEPT, Squares
from marketplace.teams import slugs
from marketplace.teams.models import COMMENT_LENGTH, INTRODUCTION_LENGTH, MOST_WANTED_SKILLS, NAME_LENGTH, Team
from marketplace.teams.service import TeamChanges

MOST_TYPED = 100


class SlugField(LineField):
    """The end of an address of ours, typed in any width and case."""

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return the address; raises Invalid."""
        line = str(LineField.clean(text, at_most))
        return slugs.canonical(line) if line else ""


class TeamForm(Form):
    """What a team says of itself from the beginning (S2-16…20)."""

    picture = FileField(_l("画像のアップロード"), render_kw={"accept": ACCEPT})
    slug = SlugField(
        _l("チームページのURL"),
        [Required(_l("URLを入力してください。例)team-musubi"))],
        at_most=MOST_TYPED,
    )
    name = LineField(_l("チーム名"), [Required(_l("チーム名を入力してください。"))], at_most=NAME_LENGTH)
    introduction = LinesField(_l("紹介文"), at_most=INTRODUCTION_LENGTH)
    wanted_skills = LinesField(_l("募集するスキル"), at_most=MOST_WANTED_SKILLS * (SKILL_NAME_LENGTH + 1))
    takes_requests = BooleanField(_l("参加の希望を受け付ける"))

    def changes(self, picture: Squares | None) -> TeamChanges:
        """Return what the valid form says."""
        return TeamChanges(
            name=self.name.data,
            introduction=self.introduction.data,
            wanted_skills=tuple(filter(None, map(str.strip, self.wanted_skills.data.splitlines()))),
            takes_requests=self.takes_requests.data,
            picture=picture,
        )

    @property
    def lost_a_picture(self) -> bool:
        """Whether a picture was chosen, which no browser puts back into a form."""
        return bool(self.is_submitted() and self.picture.data)


class NewTeamForm(TeamForm):
    """What a team says of itself, and which friends are invited with its founding."""

    invited = SelectMultipleField(_l("登録と同時に招待する友達"), **CHOOSE)

    def __init__(self, friends: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(data={"invited": [friend.username for friend in friends]}, **kwargs)
        self.invited.choices = [SelectChoice(value=friend.username, label=friend.nickname) for friend in friends]


class TeamEditForm(TeamForm):
    """What may be changed later: everything but the address (S2-18)."""

    slug = None  # type: ignore[assignment]
    version = IntegerField(validators=[InputRequired()], widget=HiddenInput())
    removes_picture = BooleanField(_l("画像を外す"))

    def changes(self, picture: Squares | None) -> TeamChanges:
        """Return what the valid form says."""
        typed = vars(super().changes(picture))
        return TeamChanges(**(typed | {"removes_picture": self.removes_picture.data}))

    def follow(self, team: Team) -> None:
        """Let the form, sent once more, replace the version that is there now; the refusal concerns no single field."""
        self.version.raw_data, self.version.data = None, team.version
        self.form_errors = [*self.form_errors, *self.name.errors]
        self.name.errors = []


def data_of(changes: TeamChanges, version: int) -> dict[str, Any]:
    """Return what the fields of the form hold when the team is as in `changes`."""
    wanted = "\n".join(changes.wanted_skills)
    return vars(changes) | {"wanted_skills": wanted, "version": version, "picture": None}


class CommentForm(Form):
    """A few words to those who will answer."""

    comment = LinesField(_l("コメント"), at_most=COMMENT_LENGTH)


class InvitationForm(CommentForm):
    """To which of the member's teams somebody is invited (S2-24, S2-25)."""

    team = RadioField(_l("どのチームに招待しますか"), [InputRequired(_l("チームを選んでください。"))])

    def __init__(self, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.team.choices = [SelectChoice(value=team.slug, label=team.name) for team in teams]
        if not self.is_submitted() and not self.draft and self.team.data not in {team.slug for team in teams}:
            self.team.data = teams[0].slug


class InvitationByNameForm(CommentForm):
    """Whom a team invites, by the name in the address of their page."""

    username = LineField(
        _l("招待する人のユーザー名"), [Required(_l("ユーザー名を入力してください。例)hanako-sato"))], at_most=MOST_TYPED
    )


class HandOverForm(Form):
    """Whether the one who hands over stays an owner."""

    manner = RadioField(
        _l("引き継ぎかた"),
        [InputRequired(_l("引き継ぎかたを選んでください。"))],
        choices=[
            SelectChoice(value="instead", label=_l("引き継いで、自分はメンバーになる")),
            SelectChoice(value="beside", label=_l("自分も残り、二人ともオーナーになる")),
        ],
    )
