"""What is typed and chosen around papers."""

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField, RadioField, SubmitField

from blueprints.forms import CHOOSE, Form, LineField, LinesField, Required
from blueprints.personal import BirthDateField, KanaField
from marketplace.careers.models import Qualification
from marketplace.careers.professions import is_protected
from marketplace.errors import Invalid
from marketplace.i18n import _, _l, ngettext
from marketplace.papers import ACCEPT, pages_of
from marketplace.profiles.models import NAME_LENGTH, PersonalDetails
from marketplace.verification.models import SENTENCE_LENGTH, DocumentKind, ReturnReason

_ATTESTED = {
    "title_matches": "name",
    "common_name_matches": "common_name",
    "grade_matches": "grade",
    "issuer_matches": "issuer",
    "acquired_matches": "acquired_on",
    "number_matches": "registration_number",
}
"""Which column of a qualification is compared by which tick."""
_VALID_AS_DECLARED = _l("有効期限が、登録と同じで、切れていない")
_VALID_IF_IT_ENDS = _l("有効期限が書かれているときは、切れていない")
_ISSUED_LATELY = _l("発行から6か月以内")

IDENTITY_KINDS = tuple(kind for kind in DocumentKind if kind is not DocumentKind.CERTIFICATE)


class FilesForm(Form):
    """Pictures of papers; `checked` is sent by a page that has shown them already."""

    files = MultipleFileField(_l("書類の画像"), render_kw={"accept": ACCEPT, "multiple": True})
    checked = HiddenField()
    upload = SubmitField(_l("アップロードする"))

    def pages(self, most: int) -> list[bytes]:
        """Return the chosen files as clean pictures, in their order; raises Invalid for more than `most`, and what
        `pages_of` raises: each file may take seconds, so none is looked at when there are too many.
        """
        chosen = [file.read() for file in self.files.data or [] if file]
        if len(chosen) > most:
            raise Invalid(ngettext("この書類は%(num)s枚までです。", "この書類は%(num)s枚までです。", most))
        return [page for data in chosen for page in pages_of(data)]


class IdentityForm(FilesForm):
    """Papers that say who somebody is, and what they are compared with."""

    kind = RadioField(
        _l("提出する書類"),
        [Required(_l("書類の種類を選んでください。"))],
        coerce=lambda value: DocumentKind(value) if value in set(IDENTITY_KINDS) else None,
        validate_choice=False,
        **CHOOSE,
    )
    name = LineField(_l("名前"), [Required(_l("名前を入力してください。"))], at_most=NAME_LENGTH)
    name_kana = KanaField(_l("フリガナ"), [Required(_l("フリガナを入力してください。"))], at_most=NAME_LENGTH)
    birth_date = BirthDateField(_l("生年月日"), [Required(_l("生年月日を入力してください。"))])

    def __init__(self, details: PersonalDetails, kind: DocumentKind | None) -> None:
        """Fill in what is known of the member."""
        super().__init__(
            data={
                "name": details.name,
                "name_kana": details.name_kana,
                "birth_date": details.birth_date,
                "kind": kind,
            }
        )
        self.kind.choices = [(each.value, each.label) for each in IDENTITY_KINDS]

    def says(self) -> dict[str, Any]:
        """Return what the member says of themselves."""
        return {"name": self.name.data, "name_kana": self.name_kana.data, "birth_date": self.birth_date.data}


class ApprovalForm(Form):
    """What a moderator compared; each must be ticked."""

    declared = HiddenField()
    is_readable = BooleanField(_l("書類の全体が写っていて、読み取れる"))
    name_matches = BooleanField(_l("名前が、登録と同じ"))
    kana_matches = BooleanField(_l("フリガナが、書類の読みと同じ。書類に読みがないときは、名前の読みとして合っている"))
    birth_date_matches = BooleanField(_l("生年月日が、登録と同じ"))
    title_matches = BooleanField(_l("資格名が、登録と同じ"))
    common_name_matches = BooleanField(_l("通称が、その資格の呼び名として合っている"))
    grade_matches = BooleanField(_l("級・スコアが、登録と同じ"))
    issuer_matches = BooleanField(_l("発行団体が、登録と同じ"))
    acquired_matches = BooleanField(_l("取得年月が、登録と同じ"))
    number_matches = BooleanField(_l("登録番号が、登録と同じ"))
    notes_match = BooleanField(_l("備考に書かれた資格も、書類のとおり"))
    is_valid = BooleanField(_l("有効期限が切れていない"))
    is_clean = BooleanField(_l("個人番号や保険者番号など、写ってはいけない番号が写っていない"))
    address_matches = BooleanField(_l("住所が、登録と同じ(違っていても確認済みにできます)"))
    approve = SubmitField(_l("確認済みにする"))

    def __init__(
        self,
        kind: DocumentKind,
        declared: str = "",
        has_address: bool = False,
        qualification: Qualification | None = None,
    ) -> None:
        """Leave out what papers of this kind do not show, and what is not declared of a qualification."""
        super().__init__(data={"declared": declared})
        for name, column in _ATTESTED.items():
            if not getattr(qualification, column, None):
                del self[name]
        if qualification is None or not is_protected(qualification.notes):
            del self.notes_match
        if kind is DocumentKind.CERTIFICATE:
            del self.birth_date_matches
            has_end = qualification is not None and qualification.expires_on is not None
            self.is_valid.label.text = str(_VALID_AS_DECLARED if has_end else _VALID_IF_IT_ENDS)
        elif kind is DocumentKind.RESIDENCE:
            # It says of no day that it ends then, and tells of the day on which it was issued.
            self.is_valid.label.text = str(_ISSUED_LATELY)
        if not has_address or not kind.has_address:
            del self.address_matches

    def begin_anew(self, declared: str) -> None:
        """Take the ticks away, and compare with what is there now."""
        self.declared.data = declared
        for field in self:
            if field.type == "BooleanField":
                field.data = False

    def ticks(self) -> list[BooleanField]:
        """Return what must be ticked, in the order of the page."""
        # A button is a BooleanField too.
        return [field for field in self if field.type == "BooleanField" and field.short_name != "address_matches"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Everything that must be compared was."""
        is_valid = super().validate(extra_validators)
        for field in self.ticks():
            if not field.data:
                label = field.label.text
                sentence = _("「%(label)s」を確かめてください。違っていれば差し戻してください。", label=label)
                field.errors = [*field.errors, sentence]
                is_valid = False
        return is_valid


class ReturnForm(Form):
    """Why papers do not do."""

    reason = RadioField(
        _l("差し戻す理由"),
        [Required(_l("理由を選んでください。"))],
        coerce=lambda value: ReturnReason(value) if value in set(ReturnReason) else None,
        validate_choice=False,
        **CHOOSE,
    )
    sentence = LinesField(
        _l("本人に伝える一言"), [Required(_l("本人に伝える一言を入力してください。"))], at_most=SENTENCE_LENGTH
    )
    send_back = SubmitField(_l("差し戻す"))

    def __init__(self) -> None:
        """Offer every reason."""
        super().__init__()
        self.reason.choices = [(each.value, each.label) for each in ReturnReason]
