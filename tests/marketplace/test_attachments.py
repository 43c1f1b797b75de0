"""What may be attached is known by its content; liars, bombs, macros and packed files are refused with a sentence."""

import hashlib
import string
import unicodedata
import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from marketplace import attachments, developing, office
from marketplace.attachments import LONGEST_NAME, clean_name, examine
from marketplace.errors import Invalid, TooLarge, WrongKind
from tests.marketplace import uploads


@pytest.fixture(scope="module", autouse=True)
def nothing_left_running() -> Iterator[None]:
    yield
    developing._spare.dismiss()


GOOD = {
    "職務経歴書.pdf": uploads.PDF,
    "写真.jpg": uploads.picture("JPEG"),
    "写真.JPEG": uploads.picture("JPEG"),
    "図.png": uploads.picture("PNG"),
    "図.webp": uploads.picture("WEBP"),
    "経歴書.docx": uploads.office("docx", {"word/media/image1.png": uploads.picture("PNG")}),
    "見積.xlsx": uploads.office("xlsx", packing=zipfile.ZIP_STORED),
    "提案.pptx": uploads.office("pptx"),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_may_be_attached_is_told_by_its_content(name: str) -> None:
    attachment = examine(name, GOOD[name])
    assert attachment.name == name
    assert attachment.suffix == "." + name.split(".")[1].lower()
    assert attachment.content_type == attachments.CONTENT_TYPES[attachment.suffix]
    assert attachment.size == len(attachment.data)
    assert attachment.sha256 == hashlib.sha256(attachment.data).hexdigest()


@pytest.mark.parametrize("name", ["職務経歴書.pdf", "経歴書.docx", "見積.xlsx", "提案.pptx"])
def test_documents_are_kept_to_the_byte(name: str) -> None:
    assert examine(name, GOOD[name]).data == GOOD[name]


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP")])
def test_an_attached_picture_keeps_its_size_and_kind_and_tells_nothing(name: str, kind: str) -> None:
    told = uploads.telling(kind)
    attachment = examine(name, told)
    with Image.open(BytesIO(attachment.data)) as image:
        assert (image.format, image.size) == (kind, (120, 80))
    assert [mark for mark in uploads.METADATA_MARKS if mark in told]
    assert not [mark for mark in uploads.METADATA_MARKS if mark in attachment.data]


def test_twenty_megabytes_are_the_limit() -> None:
    comment = b"%PDF-1.7\n%" + b"x" * (attachments.MAX_BYTES - 20)
    assert (
        examine("a.pdf", comment + b"\n" * (attachments.MAX_BYTES - len(comment) - 5) + b"%%EOF").size
        == attachments.MAX_BYTES
    )
    with pytest.raises(TooLarge, match="20 MBまでのファイルを選んでください。選ばれたファイルは34 MBです。"):
        examine("a.pdf", uploads.PDF + bytes(34 * 1024 * 1024 - len(uploads.PDF)))


JPEG, PNG, DOCX = GOOD["写真.jpg"], GOOD["図.png"], GOOD["経歴書.docx"]
LIES = {
    "a png that is a jpeg": ("a.png", JPEG),
    "a pdf that is a docx": ("a.pdf", DOCX),
    "an xlsx that is a docx": ("a.xlsx", DOCX),
    "a program": ("a.pdf", b"MZ\x90\0" + bytes(400)),
    "a program by name": ("a.exe", uploads.PDF),
    "a program behind a bidi override": ("invoice\u202efdp.exe", uploads.PDF),
    "a program behind a NUL": ("a.pdf\0.exe", uploads.PDF),
    "no ending": ("pdf", uploads.PDF),
    "a hidden file": (".htaccess", b"deny from all"),
    "a page": ("a.jpg", uploads.HTML),
    "a page for a pdf": ("a.pdf", uploads.HTML + b"\n%PDF-1.7\n%%EOF\n"),
    "an svg": ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "a gif": ("a.gif", uploads.moving("GIF", 2)),
    "a zip": ("a.zip", uploads.archive({"a.txt": b"a"})),
    "a zip for a docx": ("a.docx", uploads.archive({"word/document.xml": b"<document/>"})),
    "an empty zip": ("a.docx", uploads.archive({})),
    "an epub for a docx": ("a.docx", uploads.office(main_type="application/epub+zip")),
    "word before 2007": ("a.doc", uploads.OLE),
    "a password": ("a.docx", uploads.OLE),
    "a pdf that is also a zip": ("a.pdf", uploads.PDF + uploads.archive({"a.txt": b"a"})),
    "a pdf in a zip's comment": ("a.pdf", uploads.PDF + uploads.archive({"a.txt": b"a"})[:-2] + b"\x07\0\n%%EOF\n"),
    "a pdf with a page behind it": ("a.pdf", uploads.PDF + uploads.HTML),
    "a pdf that ends nowhere": ("a.pdf", b"%PDF-1.7\n" + bytes(2000)),
    "a jpeg that is also a zip": ("a.jpg", JPEG + uploads.archive({"a.txt": b"a"})),
    "a png that is also a docx": ("a.png", PNG + DOCX),
    "a docx behind something": ("a.docx", b"#!/bin/sh\n" + DOCX),
    "a crowd of parts behind a pdf": ("a.pdf", uploads.PDF[:-6] + b"PK\x01\x02" * 10_001 + b"%%EOF\n"),
    "nothing": ("a.pdf", b""),
    "one byte": ("a.docx", b"P"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_file_that_is_not_what_it_says_is_refused(lie: str) -> None:
    with pytest.raises(WrongKind) as refusal:
        examine(*LIES[lie])
    assert refusal.value.sentence.endswith("。")


@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.ppt", "a.docx"])
def test_old_and_locked_office_files_are_told_what_to_do(name: str) -> None:
    with pytest.raises(WrongKind, match="パスワードを外し、docx、xlsx、pptxかPDFで保存しなおして"):
        examine(name, uploads.OLE)


_MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
_BILLION = (
    b'<?xml version="1.0"?><!DOCTYPE Types [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<Types><Default Extension="&b;" ContentType="application/xml"/></Types>'
)
PACKED = uploads.archive({"a.txt": b"a"})
INSIDE = {
    "macros by content type": (uploads.office(main_type=_MACRO_TYPE), "マクロ"),
    "macros by part": (uploads.office(extra={"word/vbaProject.bin": b"Attribute VB_Name"}), "マクロ"),
    "macros by another case": (uploads.office(extra={"word/VBAPROJECT.BIN": b"x"}), "マクロ"),
    "macros of Excel 4": (
        uploads.office("xlsx", main_type="application/vnd.ms-excel.macrosheet+xml"),
        "マクロ",
    ),
    "a zip inside": (uploads.office(extra={"word/embeddings/a.bin": PACKED}), "埋め込んで"),
    "a workbook inside": (uploads.office("pptx", {"ppt/embeddings/b.xlsx": uploads.office("xlsx")}), "埋め込んで"),
    "an old object inside": (uploads.office(extra={"word/embeddings/oleObject1.bin": uploads.OLE}), "埋め込んで"),
    "a gzip inside": (uploads.office(extra={"word/media/a.emz": b"\x1f\x8b\x08" + bytes(20)}), "埋め込んで"),
    "a program inside": (uploads.office(extra={"word/media/a.png": b"MZ\x90\0" + bytes(20)}), "埋め込んで"),
    "a password in the archive": (uploads.flagged(uploads.office(), 0x1), "パスワード"),
    "a bomb": (uploads.office(extra={"word/media/a.xml": bytes(201_000_000)}), "200 MB"),
    "a bomb that lies": (
        uploads.declaring(uploads.office(extra={"word/media/a.xml": bytes(201_000_000)}), "word/media/a.xml", 100),
        "壊れて",
    ),
    "a small lie about a size": (
        uploads.declaring(uploads.office(extra={"word/a.xml": b"<a/>" * 50}), "word/a.xml", 190),
        "壊れて",
    ),
    "a part that climbs": (uploads.office(extra={"../../evil.xml": b"<a/>"}), "壊れて"),
    "a part from the root": (uploads.office(extra={"/etc/evil.xml": b"<a/>"}), "壊れて"),
    "a part of a drive": (uploads.office(extra={"c:evil.xml": b"<a/>"}), "壊れて"),
    "a part of another case twice": (uploads.office(extra={"WORD/document.xml": b"<a/>"}), "壊れて"),
    "packed in a rare way": (uploads.office(packing=zipfile.ZIP_LZMA), "壊れて"),
    "a directory cut off": (uploads.office()[:-30], "壊れて"),
    "a table that is no XML": (uploads.office(table=b"\0\0\0"), "壊れて"),
    "a table with a bomb": (uploads.office(table=_BILLION), "壊れて"),
    "a table without end": (uploads.office(table=b"<Types>" + b" " * office.MAX_TABLE_BYTES), "壊れて"),
    "a crowd of parts": (uploads.office() + b"PK\x01\x02" * 10_001, "壊れて"),
}


@pytest.mark.parametrize("name", INSIDE)
def test_what_must_not_be_inside_an_office_file(name: str) -> None:
    data, why = INSIDE[name]
    assert len(data) < attachments.MAX_BYTES
    with pytest.raises(WrongKind, match=why):
        examine(f"a.{'xlsx' if 'Excel' in name else 'docx'}", data)


def test_a_large_honest_office_file_is_taken() -> None:
    """The control of the bombs: two hundred megabytes less a little, and a workbook's usual parts."""
    parts = {"xl/worksheets/sheet1.xml": bytes(150_000_000), "xl/printerSettings/printerSettings1.bin": b"M\0Z\0" * 20}
    assert examine("a.xlsx", uploads.office("xlsx", parts)).content_type == office.CONTENT_TYPES["xlsx"]


@pytest.mark.parametrize("name", GOOD)
def test_mutants_of_attachments_are_kept_or_refused(name: str) -> None:
    # Each picture starts a child; their mutants are many elsewhere.
    count = 3 if attachments.CONTENT_TYPES[f".{name.split('.')[1].lower()}"].startswith("image/") else 60
    sentences: set[str] = set()
    for mutant in uploads.mutants(GOOD[name], count, seed=20261122):
        try:
            kept = examine(name, mutant)
        except (WrongKind, Invalid) as refusal:
            sentences.add(refusal.sentence)
        else:
            assert kept.content_type == attachments.CONTENT_TYPES[kept.suffix]
    assert all(sentences)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("職務経歴書 2026.pdf", "職務経歴書 2026.pdf"),
        ("C:\\Users\\高瀬\\経歴.docx", "経歴.docx"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a/b/", "file"),
        ("..", "file"),
        ("", "file"),
        ("　. .", "file"),
        (".htaccess", "htaccess"),
        ("か\u3099き\u3099.pdf", "がぎ.pdf"),
        ("\u202egpj.exe", "gpj.exe"),
        ("請求書\u2066fdp\u2069.exe", "請求書fdp.exe"),
        ("a\0b\r\nSet-Cookie: x.pdf", "abSet-Cookie_ x.pdf"),
        ('a"b<c>d|e?f*g.pdf', "a_b_c_d_e_f_g.pdf"),
        ("con.pdf", "file-con.pdf"),
        ("COM1", "file-COM1"),
        ("con.x.pdf", "file-con.x.pdf"),
        ("console.pdf", "console.pdf"),
        ("a.pdf. . ", "a.pdf"),
        ("a\ud800.pdf", "a.pdf"),
        ("Z" + "\u0335" * 99 + ".pdf", "Z" + "\u0335" * 4 + ".pdf"),
        ("経" * 5000 + ".pdf", "経" * (LONGEST_NAME - 4) + ".pdf"),
        ("a." + "b" * 5000, "a." + "b" * (LONGEST_NAME - 2)),
        ("=cmd|calc.pdf", "=cmd_calc.pdf"),
    ],
)
def test_a_name_comes_out_safe_and_readable(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@given(st.text(st.characters() | st.sampled_from(string.punctuation + "\u202e\0\r\n/\\")))
def test_no_name_harms(name: str) -> None:
    kept = clean_name(name)
    assert 0 < len(kept) <= LONGEST_NAME
    assert len(kept.encode()) <= 4 * LONGEST_NAME
    assert not set(kept) & set('/\\\0\r\n\u202e\u2066<>:"|?*')
    assert kept == clean_name(kept) == unicodedata.normalize("NFC", kept)
    assert not kept.startswith(".")
    assert kept == kept.strip(" .")
