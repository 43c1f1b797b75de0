"""The file of an export: JSON by area, lists for spreadsheets, one's own pictures and files, and what is what."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from marketplace import storage
from marketplace.accounts.models import Member
from marketplace.careers.models import Career, CareerAttachment
from marketplace.clock import TOKYO, now
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.jobs.models import Job, JobAttachment
from marketplace.leaving import areas, resume
from marketplace.leaving.areas import person, value
from marketplace.messages.models import Conversation, Message, MessageAttachment, Participation
from marketplace.profiles.queries import PictureSize, picture_file
from marketplace.texts import safe_cell

LISTS = ("skills", "qualifications", "careers", "hobbies", "following", "followers", "notifications")
"""Areas that a spreadsheet shows too."""
MESSAGE_COLUMNS = ("conversation", "title", "at", "from", "nickname", "body", "files")
AT_ONCE = 500
"""How many messages are read at once."""
_UNSAFE = re.compile(r"[\x00-\x1f/\\:*?\"<>|]")


def write(member: Member, file: IO[bytes]) -> None:
    """Write everything of `member` into `file`, piece by piece: none needs more memory than its largest piece."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _read_me(member))
        archive.writestr("resume.json", _json(resume.of(member)))
        for name, area in areas.AREAS.items():
            found = area(member)
            archive.writestr(f"{name}.json", _json(found))
            if name in LISTS:
                archive.writestr(f"{name}.csv", _csv(_flat(found)))
        _write_messages(member, archive)
        _write_pictures(member, archive)
        _write_files(member, archive)


def _read_me(member: Member) -> str:
    lines = (
        _("結びから書き出したあなたのデータ"),
        "",
        _("ユーザー名: %(name)s", name=member.username),
        _("書き出した日時: %(moment)s(日本時間)", moment=f"{now().astimezone(TOKYO):%Y-%m-%d %H:%M}"),
        "",
        _("resume.json は、経歴書の共通の形式(JSON Resume)です。ほかのサービスに読み込めます。"),
        _("そのほかの .json は、画面の項目ごとのデータです。.csv は、表計算ソフトで開けます。"),
        _("messages フォルダーには、会話ごとに、あなたと相手の書いたものが入っています。"),
        _("files フォルダーには、あなたが登録したファイルと画像が入っています。"),
        _("ほかの会員については、ユーザー名とニックネームだけを含みます。"),
        _("パスワードや認証アプリの鍵は含みません。"),
        "",
    )
    # Old editors know the end of a line by both characters.
    return "\ufeff" + "\r\n".join(lines)


def _write_messages(member: Member, archive: ZipFile) -> None:
    own = select(Conversation).join(Conversation.participations).where(Participation.member_id == member.id)
    listed = io.StringIO()
    rows = csv.writer(listed)
    rows.writerow(MESSAGE_COLUMNS)
    for conversation in db.session.scalars(own.order_by(Conversation.id)).all():
        messages = list(_messages_of(conversation, member))
        others = select(Member).join(Participation).where(Participation.conversation_id == conversation.id)
        with_ = [person(other) for other in db.session.scalars(others.where(Member.id != member.id))]
        told = {"title": conversation.title, "with": with_, "messages": messages}
        archive.writestr(f"messages/{conversation.id}.json", _json(told))
        for each in messages:
            names = ", ".join(file["name"] for file in each["files"])
            about = (conversation.id, conversation.title, each["at"], each["from"]["username"])
            rows.writerow(map(safe_cell, (*about, each["from"]["nickname"], each["body"], names)))
    archive.writestr("messages.csv", "\ufeff" + listed.getvalue())


def _messages_of(conversation: Conversation, member: Member) -> Iterator[dict[str, Any]]:
    last = 0
    while True:
        question = select(Message).where(Message.conversation_id == conversation.id, Message.id > last)
        question = question.options(joinedload(Message.sender)).order_by(Message.id).limit(AT_ONCE)
        found = db.session.scalars(question).all()
        files = _files_by_message(found)
        for each in found:
            # What the moderators have hidden its reader does not get this way either.
            is_shown = each.hidden_at is None or each.sender_id == member.id
            yield {
                "from": person(each.sender),
                "at": value(each.created_at),
                "body": each.body if is_shown else None,
                "files": files.get(each.id, []) if is_shown else [],
            }
        if len(found) < AT_ONCE:
            return
        last = found[-1].id


def _files_by_message(messages: Sequence[Message]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    question = select(MessageAttachment).where(MessageAttachment.message_id.in_([each.id for each in messages]))
    for file in db.session.scalars(question.order_by(MessageAttachment.id)):
        entry = {"number": file.id, "name": file.name, "size_bytes": file.size_bytes}
        found.setdefault(file.message_id or 0, []).append(entry)
    return found


def _write_pictures(member: Member, archive: ZipFile) -> None:
    if member.picture_key:
        _copy(picture_file(member.picture_key, PictureSize.LARGE), "files/picture.webp", archive)


def _write_files(member: Member, archive: ZipFile) -> None:
    """Write what the member attached; files of others are theirs."""
    careers = select(CareerAttachment).join(Career).where(Career.member_id == member.id).order_by(CareerAttachment.id)
    messages = select(MessageAttachment).where(MessageAttachment.owner_id == member.id).order_by(MessageAttachment.id)
    jobs = select(JobAttachment).join(Job, Job.id == JobAttachment.job_id).where(Job.poster_id == member.id)
    kinds: tuple[tuple[str, Select[Any]], ...] = (
        ("careers", careers),
        ("jobs", jobs.order_by(JobAttachment.id)),
        ("messages", messages),
    )
    for folder, question in kinds:
        for file in db.session.scalars(question).all():
            _copy(file.storage_key, f"files/{folder}/{file.id}-{_UNSAFE.sub('_', file.name)}", archive)


def _copy(key: str, name: str, archive: ZipFile) -> None:
    try:
        pieces = storage.stream(key)
    except NotFound:
        return  # the nightly comparison reports what is missing; the rest is still the member's
    with archive.open(name, "w", force_zip64=True) as target:
        for piece in pieces:
            target.write(piece)


def _json(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2)


def _flat(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with one value in a cell: lists of things by their names."""
    return [{key: _one(each) for key, each in row.items()} for row in rows]


def _one(found: Any) -> Any:
    if isinstance(found, dict):
        return found.get("username") or found.get("nickname") or found.get("name")
    return ", ".join(str(_one(each)) for each in found) if isinstance(found, list) else found


def _csv(rows: list[dict[str, Any]]) -> str:
    written = io.StringIO()
    if rows:
        table = csv.writer(written)
        table.writerow(rows[0])
        table.writerows([safe_cell(each) for each in row.values()] for row in rows)
    # With a mark in front, spreadsheets read it as UTF-8.
    return "\ufeff" + written.getvalue()
