"""Whether a text names who asked."""

import pytest

from marketplace.jobs.naming import names


@pytest.mark.parametrize(
    ("text", "nickname", "is_named"),
    [
        ("高瀬さん、ありがとうございます。", "高瀬 律", True),
        ("高瀬律様のご質問です。", "高瀬 律", True),
        ("高瀬 律 さんへ", "高瀬 律", True),
        ("高瀬川の図版も訳します。", "高瀬 律", False),
        ("両方とも訳します。", "とも", False),
        ("ともさんへ。", "とも", True),
        ("翻訳をしている高瀬です。一つ教えてください。", "高瀬 律", True),
        ("ともと申します。", "とも", True),
        ("はい、両方ともです。", "とも", False),
        ("Hello, I am Ritsu.", "Ritsu Takase", True),
        ("Dear Ritsu, yes.", "Ritsu Takase", True),
        ("Thanks, RITSU TAKASE!", "Ritsu Takase", True),
        ("What will be paid? Hi williams.", "Will", False),
        ("@ritsu-t からの質問です。", "高瀬 律", True),
        ("@ritsu-tanaka.example に送ってください。", "高瀬 律", False),
    ],
)
def test_a_name_is_known_by_what_stands_beside_it(text: str, nickname: str, is_named: bool) -> None:
    assert names(text, nickname, "ritsu-t") is is_named
