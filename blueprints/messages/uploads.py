"""Files between 「確認する」 and 「送信」: no form carries them, so one step stores them and the next names them."""

from collections.abc import Sequence

from blueprints import carrying
from blueprints.access import current_member
from blueprints.messages.forms import LetterForm
from marketplace import limits
from marketplace.attachments import examine
from marketplace.messages import files
from marketplace.messages.models import MessageAttachment


def files_are_fine(form: LetterForm) -> bool:
    """Store what was chosen, beside what lies ready; what cannot be kept is said beside the field."""
    before = ready_files(form)
    ready = [file.id for file in before]
    known = {(file.name, file.sha256) for file in before}
    with form.blame("files"):
        for _file in form.chosen:
            limits.check(limits.Action.UPLOAD, account=current_member.id)
        examined = [examine(file.filename or "", file.stream.read()) for file in form.chosen]
        new = [file for file in examined if (file.name, file.sha256) not in known]
        ready += [file.id for file in files.lay_ready(current_member, new, beside=len(ready))]
    form.ready.data = ready
    # Whoever comes back to the draft finds them with it.
    carrying.note_field(form.ready.name, [str(each) for each in ready])
    return not form.files.errors


def ready_files(form: LetterForm) -> Sequence[MessageAttachment]:
    """Return the files that lie ready to go along with what the form holds."""
    return files.ready_among(current_member, form.ready.data or ())
