"""Nobody else on the machine reads what lies in the data: links that set passwords wait there as mails."""

import os
import stat
from pathlib import Path

import pytest

from marketplace import db, limits, mail, migrate
from marketplace.commands import _back_up
from tests.conftest import make_settings
from wsgi import create_app

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_programs_own_account_reads_the_data(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    before = os.umask(0o022)
    try:
        app = create_app(make_settings(folder, "", RATE_LIMITS="on"))
        with app.app_context():
            migrate.upgrade("0001_errands")
            mail.send("confirm_registration", "ana@example.com", "ja", 7, username="ana", link="http://localhost/")
            limits.check(limits.Action.SEARCH, account=1)
            copy = _back_up("0001_errands")
            db.db.engine.dispose()
    finally:
        os.umask(before)
    for place in (folder, folder / "mail", copy.parent):
        assert mode_of(place) == 0o700, place
    for file in (folder / "errands.db", folder / "limits.db", folder / "marketplace.db", copy):
        assert mode_of(file) == 0o600, file
