"""What one says of the other party."""

from wtforms import RadioField

from blueprints.forms import CHOOSE, Form, LinesField, Required, VersionField
from marketplace.contracts.models import Review, ReviewSide
from marketplace.contracts.models.reviews import BEST, REPLY_LENGTH, REVIEW_LENGTH
from marketplace.contracts.service.reviews import ReviewWords
from marketplace.i18n import _, _l

SCORES = [(str(number), str(number)) for number in range(1, BEST + 1)]
AGAIN = (("yes", _l("はい")), ("no", _l("いいえ")), ("", _l("答えない")))
_ANSWERS = {"yes": True, "no": False}


def _score() -> RadioField:
    # What is to be marked, and is missed, is known by the side: see the form.
    return RadioField(validators=[Required("")], choices=SCORES, **CHOOSE)


class ReviewForm(Form):
    """Five numbers, words, and what stays between the member and us."""

    score_1 = _score()
    score_2 = _score()
    score_3 = _score()
    score_4 = _score()
    score_5 = _score()
    text = LinesField(_l("コメント"), [Required(_l("コメントを入力してください。"))], at_most=REVIEW_LENGTH)
    again = RadioField(choices=AGAIN, default="", **CHOOSE)
    version = VersionField()

    def __init__(self, side: ReviewSide, own: Review | None, draft_at: str) -> None:
        """Ask what `side` is asked; begin with what was said before."""
        super().__init__(data=_data_of(own), draft_at=draft_at)
        if self.draft and own is not None and self.version.number == 0:
            # Typed on a page from before it was first sent: what is sent now replaces that.
            self.version.renew(own.version)
        for field, aspect in zip(self.scores, side.aspects, strict=True):
            field.label.text = aspect
            field.validators = [Required(_("「%(aspect)s」を1から5で選んでください。", aspect=aspect))]
        self.again.label.text = side.question_again

    @property
    def scores(self) -> list[RadioField]:
        """The fields of the five aspects."""
        return [self.score_1, self.score_2, self.score_3, self.score_4, self.score_5]

    @property
    def words(self) -> ReviewWords:
        """What was said."""
        first, second, third, fourth, fifth = (int(field.data) for field in self.scores)
        return ReviewWords((first, second, third, fourth, fifth), self.text.data, _ANSWERS.get(self.again.data))


class ReplyForm(Form):
    """An answer for everybody to read."""

    text = LinesField(_l("返信"), [Required(_l("返信を入力してください。"))], at_most=REPLY_LENGTH)


def _data_of(own: Review | None) -> dict[str, str]:
    if own is None:
        return {"version": "0"}
    again = {True: "yes", False: "no", None: ""}[own.would_again]
    scores = {f"score_{place}": str(score) for place, score in enumerate(own.scores, start=1)}
    return {"version": str(own.version), "text": own.text, "again": again, **scores}
