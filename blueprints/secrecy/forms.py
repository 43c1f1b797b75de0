"""What is chosen in an agreement of confidentiality."""

from wtforms import BooleanField, RadioField

from blueprints.forms import CHOOSE, Form, LinesField, Required
from marketplace.contracts.models.secrecy import PURPOSE_LENGTH, SPECIAL_LENGTH
from marketplace.contracts.secrecy_wording import SecrecyItems
from marketplace.i18n import _l

YEARS = (("1", _l("1年")), ("3", _l("3年")), ("5", _l("5年")), ("10", _l("10年")))


class SecrecyForm(Form):
    """The items that differ from contract to contract."""

    purpose = LinesField(_l("秘密情報を使う目的"), [Required(_l("目的を入力してください。"))], at_most=PURPOSE_LENGTH)
    years = RadioField(_l("取引が終わったあとに続く期間"), choices=YEARS, default="3", **CHOOSE)
    may_re_entrust = BooleanField(_l("同じ義務を負わせた再委託先に渡すことを認める"))
    discloses_address = BooleanField(_l("氏名に加えて、住所もたがいに開示する"))
    special = LinesField(_l("特記事項"), at_most=SPECIAL_LENGTH)

    @property
    def items(self) -> SecrecyItems:
        """What was chosen."""
        return SecrecyItems(
            purpose=self.purpose.data,
            years=int(self.years.data),
            may_re_entrust=bool(self.may_re_entrust.data),
            discloses_address=bool(self.discloses_address.data),
            special=self.special.data or "",
        )
