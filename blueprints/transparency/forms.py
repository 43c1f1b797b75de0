"""What is handed in to be checked, and in what words it is answered."""

from flask_wtf.file import FileField

from blueprints.forms import Form, Required
from marketplace.i18n import _l
from marketplace.transparency.checking import Flaw
from marketplace.transparency.models import LeafKind

KIND_WORDS = {
    LeafKind.DOCUMENT_DESTROYED: _l("本人確認書類の廃棄"),
    LeafKind.PLEDGE_SIGNED: _l("機密保持の誓約への署名"),
    LeafKind.PLEDGE_WITHDRAWN: _l("機密保持の誓約の取り下げ"),
    LeafKind.SECRECY_SIGNED: _l("秘密保持の合意への署名"),
    LeafKind.SECRECY_PRINTED: _l("秘密保持の合意書"),
    LeafKind.CONTRACT_NOTICED: _l("取引条件の通知"),
}
FLAW_WORDS = {
    Flaw.UNREADABLE: _l("証明書として読み取れませんでした。受け取ったままのファイルを選んでください。"),
    Flaw.KEY: _l("このサイトの公開鍵とは別の鍵で署名されています。ほかのサイトの証明書か、鍵が替わる前のものです。"),
    Flaw.SIGNATURE: _l("署名が正しくありません。署名されたあとに、記録全体の要約が書き換えられています。"),
    Flaw.PROOF: _l("この内容の記録は、署名された記録の中にありません。証明書の内容が書き換えられています。"),
    Flaw.RECORD: _l("添えられた内容が、記録に残る要約と一致しません。内容が書き換えられています。"),
}


class ReceiptForm(Form):
    """The file of a receipt."""

    receipt = FileField(
        _l("証明書のファイル"),
        [Required(_l("証明書のファイルを選んでください。"))],
        render_kw={"accept": ".json,application/json"},
    )
