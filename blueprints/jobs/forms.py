"""What one types to offer work: the one page of 「案件を作成する」, and how a job is ended."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FormField, RadioField, SelectField, StringField, SubmitField, ValidationError
from wtforms import Form as Row
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from blueprints.forms import CHOOSE, Form, LineField, LinesField, OnceField, VersionField
from blueprints.typed import DayField, NumberField, RowsField, YenField, one_of
from marketplace.addresses import PREFECTURES
from marketplace.attachments import ACCEPT, Attachment, examine
from marketplace.careers.models import SKILL_NAME_LENGTH
from marketplace.companies.models import Company
from marketplace.i18n import _, _l
from marketplace.jobs.categories import Category
from marketplace.jobs.models import (
    ADDRESS_LENGTH,
    CONTACT_LENGTH,
    DESCRIPTION_LENGTH,
    MOST_ANSWER_DAYS,
    MOST_CHOICES,
    MOST_QUESTIONS,
    MOST_SKILLS,
    MOST_WANTED,
    NAME_LENGTH,
    NOTE_LENGTH,
    QUESTION_LENGTH,
    TITLE_LENGTH,
    JobEnding,
    JobKind,
    QuestionKind,
    RewardKind,
)
from marketplace.jobs.needs import Need
from marketplace.jobs.service import JobChanges, QuestionAsked

CITY_LENGTH = 60
CHOICE_LENGTH = 60
PLACES = {
    Need.NAME: "offerer_name",
    Need.ADDRESS: "offerer_address",
    Need.CONTACT: "offerer_contact",
    Need.WORK: "description",
    Need.PLACE: "prefecture",
    Need.REWARD: "reward_min_yen",
    Need.TITLE: "title",
    Need.CATEGORY: "category",
    Need.DEADLINE: "apply_until",
}
"""Beside which field it is said that something is missing."""
_CHOSEN = {Need.PLACE, Need.CATEGORY}
"""What is not typed."""
_PLAIN = (
    *("kind", "title", "description", "category", "is_remote", "prefecture", "city", "starts_on", "ends_on"),
    *("period_note", "reward_kind", "reward_min_yen", "reward_max_yen", "is_tax_included", "reward_note"),
    *("ending_note", "process_note", "apply_until", "offerer_name", "offerer_address", "offerer_contact"),
    "is_vouched",
)


class QuestionRow(Row):
    """One thing that applicants are asked; a row without words asks nothing."""

    question = LineField(_l("設問"), at_most=QUESTION_LENGTH)
    kind = SelectField(_l("答えかた"), default=QuestionKind.TEXT, **one_of(QuestionKind))
    is_required = SelectField(
        _l("必須かどうか"),
        choices=lambda: [SelectChoice("", _("任意")), SelectChoice("y", _("必須"))],
        coerce=bool,
        default=False,
        validate_choice=False,
        **CHOOSE,
    )
    choices = LinesField(_l("選択肢(1行に一つ)"), at_most=MOST_CHOICES * (CHOICE_LENGTH + 1))

    def validate_choices(self, field: LinesField) -> None:
        """Ask for choices where one of them is to be chosen, and for none elsewhere."""
        count = len(_lines(field.data))
        is_choice = self.kind.data is QuestionKind.CHOICE and bool(self.question.data)
        if is_choice and (not 2 <= count <= MOST_CHOICES or count > len(set(_lines(field.data)))):
            raise ValidationError(
                _(
                    "選択肢を、2個から%(most)s個まで、1行に一つずつ、重ならないように入力してください。",
                    most=MOST_CHOICES,
                )
            )
        if count and not is_choice:
            raise ValidationError(_("選択肢は、答えかたが「選択」の設問にだけつけられます。"))


def _prefectures() -> list[SelectChoice]:
    return [SelectChoice("", _("選択してください")), *(SelectChoice(each.code, each.label) for each in PREFECTURES)]


class JobForm(Form):
    """Everything that a job says."""

    version = VersionField()
    once = OnceField()
    deed = StringField()
    """Which button was pressed: `publish`, `preview`, or the draft's."""
    fill = SubmitField(_l("氏名、住所、連絡先を入れる"))

    kind = RadioField(_l("種類"), default=JobKind.WORK, **one_of(JobKind))
    title = LineField(_l("タイトル"), at_most=TITLE_LENGTH)
    category = SelectField(_l("カテゴリー"), **one_of(Category, _l("選択してください")))
    description = LinesField(_l("仕事の内容"), at_most=DESCRIPTION_LENGTH)
    skills = LinesField(_l("求めるスキル"), at_most=MOST_SKILLS * (SKILL_NAME_LENGTH + 1))
    files = MultipleFileField(_l("添付ファイル"), render_kw={"accept": ACCEPT})

    is_remote = BooleanField(_l("オンラインでできる"), default=True)
    prefecture = SelectField(_l("都道府県"), coerce=lambda value: value or None, choices=_prefectures, **CHOOSE)
    city = LineField(_l("市区町村・場所"), at_most=CITY_LENGTH)
    starts_on = DayField(_l("開始日"))
    ends_on = DayField(_l("終了日・納期"))
    period_note = LinesField(_l("時間帯や期間の補足"), at_most=NOTE_LENGTH)

    reward_kind = RadioField(_l("報酬の種類"), **one_of(RewardKind))
    reward_min_yen = YenField(_l("報酬"))
    reward_max_yen = YenField(_l("報酬の上限"))
    is_tax_included = RadioField(
        _l("消費税"),
        choices=lambda: [SelectChoice("1", _("税込")), SelectChoice("0", _("税別"))],
        coerce=lambda value: None if value in {None, ""} else value in {True, "1"},
        validate_choice=False,
        **CHOOSE,
    )
    reward_note = LinesField(_l("報酬の補足"), at_most=NOTE_LENGTH)
    ending_note = LinesField(_l("契約の解除・不更新"), at_most=NOTE_LENGTH)

    wanted = NumberField(_l("募集する人数"), at_least=1, at_most=MOST_WANTED)
    apply_until = DayField(_l("応募の期限"))
    answer_days = NumberField(_l("応募に答える日数"), at_least=1, at_most=MOST_ANSWER_DAYS)
    process_note = LinesField(_l("選考の流れ"), at_most=NOTE_LENGTH)
    questions = RowsField(
        FormField(QuestionRow),
        _l("応募する人への設問"),
        most=MOST_QUESTIONS,
        named="question",
        too_many=_l("設問は%(most)s個までです。この行を空けるか、ほかの設問を消してください。"),
    )

    company = SelectField(_l("募集者"), choices=[], **CHOOSE)
    offerer_name = LineField(_l("氏名または名称"), at_most=NAME_LENGTH)
    offerer_address = LineField(_l("住所"), at_most=ADDRESS_LENGTH)
    offerer_contact = LineField(_l("連絡先"), at_most=CONTACT_LENGTH)
    is_vouched = BooleanField(_l("氏名、住所、連絡先の代わりに、事務局の確認を示す"))

    examined: tuple[Attachment, ...] | list[Attachment] = ()

    def __init__(self, companies: Sequence[Company], nickname: str, **kwargs: Any) -> None:
        """Offer to post for oneself, called `nickname`, or in the name of one of `companies`."""
        super().__init__(**kwargs)
        self.companies = {company.slug: company for company in companies}
        oneself = SelectChoice("", _("%(name)s(個人)", name=nickname))
        self.company.choices = [oneself, *(SelectChoice(each.slug, each.name) for each in companies)]

    @property
    def asks_for_more(self) -> bool:
        """Whether the button was pressed that only fills in who offers the work."""
        return bool(self.is_submitted() and self.fill.data)

    @property
    def publishes(self) -> bool:
        """Whether 「募集開始」 was pressed."""
        return bool(self.deed.data == "publish")

    @property
    def previews(self) -> bool:
        """Whether a draft is to be shown as others would see it."""
        return bool(self.deed.data == "preview")

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; a browser cannot send chosen files a second time by itself, so say that."""
        is_fine = super().validate(extra_validators)
        if self._asks_each_once() and is_fine:
            return True
        self.mourn_files()
        return False

    def _asks_each_once(self) -> bool:
        """Check that no question stands twice; said beside the later one."""
        seen = set()
        for row in self.questions:
            question = row.form.question
            if question.data and question.data in seen:
                question.errors = [_("同じ設問が二つあります。どちらかを消してください。")]
                self.questions.errors = [each.errors for each in self.questions]
            seen.add(question.data)
        return not self.questions.errors

    def mourn_files(self) -> None:
        """Say that files have to be chosen once more when the form comes back."""
        if self.files.data and not self.files.errors:
            self.files.errors = [_("ほかの項目を直してから、ファイルをもう一度選んでください。")]

    def validate_skills(self, field: LinesField) -> None:
        """Ask for no more than a job may ask for."""
        if len(_lines(field.data)) > MOST_SKILLS:
            raise ValidationError(_("スキルは%(most)s個までです。", most=MOST_SKILLS))

    def validate_ends_on(self, field: DayField) -> None:
        """Ask for days in the order of the calendar."""
        if field.data and self.starts_on.data and not self.starts_on.errors and field.data < self.starts_on.data:
            raise ValidationError(_("開始日と同じか、それより後の日を入力してください。"))

    def validate_reward_max_yen(self, field: YenField) -> None:
        """Ask for a range whose ends are the right way round."""
        if not field.data or self.reward_min_yen.errors:
            return
        if not self.reward_min_yen.data:
            raise ValidationError(_("下限も入力するか、この欄を空けてください。"))
        if field.data < self.reward_min_yen.data:
            raise ValidationError(_("下限と同じか、それより高い金額を入力してください。"))

    def examine(self) -> None:
        """Check the chosen files and make them fit to keep, which takes up to seconds; raises what `examine` raises."""
        chosen: list[FileStorage] = self.files.data or []
        self.examined = [examine(file.filename or "", file.stream.read()) for file in chosen]

    def add_rows(self) -> None:
        """Offer one empty row more for questions."""
        rows = self.questions
        if len(rows.entries) < rows.most and (not rows.entries or rows.says(rows.entries[-1])):
            rows.append_entry()

    def introduce(self, name: str, address: str, contact: str) -> list[str]:
        """Put who offers the work into their fields; what is not known leaves what is there, and is returned."""
        unknown = []
        for field, text in (
            (self.offerer_name, name),
            (self.offerer_address, address),
            (self.offerer_contact, contact),
        ):
            if text:
                field.data, field.raw_data, field.errors = text, None, []
            else:
                unknown.append(field.label.text)
        return unknown

    def chosen_company(self) -> Company | None:
        """Return the company in whose name the job is posted, or None."""
        return self.companies.get(self.company.data or "")

    def ask_for(self, needs: Collection[Need]) -> None:
        """Say beside its field what is missing, and why it is asked for; a field that has an error says enough."""
        for need in needs:
            for name, sentence in self._wanting(need):
                self[name].errors = self[name].errors or [sentence]
        if needs:
            self.mourn_files()

    def _wanting(self, need: Need) -> Iterator[tuple[str, str]]:
        """Tell which fields keep a need from being met, each with what is to be done there."""
        place = PLACES[need]
        if need is Need.REWARD:
            choices = (("reward_kind", self.reward_kind.data), ("is_tax_included", self.is_tax_included.data))
            for name, chosen in choices:
                if chosen is None:
                    label = self[name].label.text
                    yield name, _("%(label)sを選んでください。%(reason)s", label=label, reason=need.reason)
            if self.reward_min_yen.data:
                return
        if need is Need.CONTACT and self[place].data:
            yield place, _("電話番号か、メールアドレスか、https:// で始まる問い合わせのページを入力してください。")
        elif need is Need.ADDRESS and self[place].data:
            yield place, _("市区町村から後も入力してください。例)京都府京都市中京区1-2-3")
        elif need is Need.DEADLINE and self[place].data:
            yield place, _("今日から90日以内の日を入力してください。")
        elif need in _CHOSEN:
            yield place, _("%(label)sを選んでください。%(reason)s", label=need.label, reason=need.reason)
        else:
            yield place, _("%(label)sを入力してください。%(reason)s", label=need.label, reason=need.reason)

    def changes(self, company: Company | None) -> JobChanges:
        """Return what the form says; what cannot be read counts as not said."""
        said: dict[str, Any] = {
            name: self[name].data for name in _PLAIN if name in self and not self[name].process_errors
        }
        maximum = said.get("reward_max_yen")
        return JobChanges(
            **(said | {"reward_max_yen": None if maximum == said.get("reward_min_yen") else maximum}),
            company=company,
            wanted=(self.wanted.data or 1) if not self.wanted.process_errors else 1,
            answer_days=(self.answer_days.data or 7) if not self.answer_days.process_errors else 7,
            skills=tuple(_lines(self.skills.data)),
            questions=tuple(_asked(self.questions)),
        )

    def follow(self, version: int) -> None:
        """Let the form, sent once more, replace `version`; the refusal concerns no single field."""
        self.version.renew(version)
        self.form_errors = [*self.form_errors, *self.title.errors]
        self.title.errors = []


def data_of(changes: JobChanges, version: int) -> dict[str, Any]:
    """Return what the fields of the form hold when a job is as in `changes`."""
    data = vars(changes) | {"version": version, "files": None}
    data["company"] = changes.company.slug if changes.company else ""
    data["skills"] = "\n".join(changes.skills)
    if changes.reward_max_yen == changes.reward_min_yen:
        data["reward_max_yen"] = None
    data["questions"] = [
        {
            "question": each.question,
            "kind": each.kind,
            "is_required": each.is_required,
            "choices": "\n".join(each.choices),
        }
        for each in changes.questions
    ]
    return data


class ClosingForm(Form):
    """Why a job is ended."""

    ending = RadioField(
        _l("募集を終える理由"),
        [InputRequired(_l("理由を選んでください。"))],
        choices=lambda: [
            SelectChoice(JobEnding.FILLED.value, _("お願いする人が決まった")),
            SelectChoice(JobEnding.WITHDRAWN.value, _("募集を取りやめる")),
        ],
        **CHOOSE,
    )


class CopyForm(Form):
    """The button that begins another job like one."""

    once = OnceField()


def _lines(text: str | None) -> list[str]:
    return [line for line in map(str.strip, (text or "").splitlines()) if line]


def _asked(rows: Iterable[Any]) -> Iterable[QuestionAsked]:
    for row in rows:
        if row.form.question.data and not row.form.errors:
            kind, choices = row.form.kind.data or QuestionKind.TEXT, tuple(_lines(row.form.choices.data))
            yield QuestionAsked(kind, row.form.question.data, choices, bool(row.form.is_required.data))
