"""A page is read in the encoding that it is in, not in the one that it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.encodings import decode

SIMPLIFIED = (
    "人工智能出口管制是中美两国对话的重要内容，双方代表在会谈中就芯片和算力问题交换了意见。商务部发言人作了说明。"
)
TRADITIONAL = (
    "人工智慧出口管制是中美兩國對話的重要內容，雙方代表在會談中就晶片和算力問題交換了意見。經濟部表示將協助廠商。"
)
JAPANESE = (
    "半導体の輸出規制をめぐり、米国と中国の協議が続いている。経済産業省は企業への影響を調べていると明らかにした。"
)
KOREAN = (
    "미국과 중국의 인공지능 수출 통제를 둘러싼 협의가 이어지고 있다. 정부는 기업에 미치는 영향을 살피고 있다고 밝혔다."
)
RUSSIAN = "Переговоры США и Китая об экспорте полупроводников продолжаются, сообщили в министерстве торговли."
GERMAN = "Die Gespräche über Exportkontrollen dauern an, erklärte die Behörde in Köln über die geänderten Maßnahmen."
FRENCH = "Les négociations sur les contrôles se poursuivent, a déclaré le ministère à Genève après l'été."
WRITTEN = [
    (SIMPLIFIED, "gb2312"), (SIMPLIFIED, "gbk"), (SIMPLIFIED, "gb18030"), (SIMPLIFIED, "utf-8"), (SIMPLIFIED, "utf-16"),
    (TRADITIONAL, "big5"), (TRADITIONAL, "gbk"), (TRADITIONAL, "utf-8"), (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"),
    (KOREAN, "euc_kr"), (GERMAN, "cp1252"), (FRENCH, "iso-8859-1"), (GERMAN, "utf-8"),
]  # fmt: skip
LABELS = ["", "utf-8", "gb2312", "big5", "iso-8859-1", "no-such-encoding", "utf-16", "rot13"]


def page(text: str, label: str = "") -> str:
    meta = f"<meta charset='{label}'>" if label else ""
    return f"<html><head>{meta}<title>{text[:18]}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(("text", "encoding"), WRITTEN)
def test_text_is_read_whatever_its_label(text: str, encoding: str, label: str) -> None:
    assert text in decode(page(text, label).encode(encoding))


@pytest.mark.parametrize("header", ["text/html; charset=big5", "text/html;charset='utf-8'", "text/html", ""])
@pytest.mark.parametrize(("text", "encoding"), WRITTEN)
def test_text_is_read_whatever_its_header(text: str, encoding: str, header: str) -> None:
    assert text in decode(page(text).encode(encoding), header)


@pytest.mark.parametrize(("header", "label"), [("koi8-r", ""), ("text/html; charset=koi8-r", "utf-8"), ("", "koi8-r")])
def test_a_label_decides_between_alphabets(header: str, label: str) -> None:
    assert RUSSIAN in decode(page(RUSSIAN, label).encode("koi8-r"), header)


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    body = page(SIMPLIFIED * 3).encode().replace("双".encode(), b"\xe5\x8f", 1)
    assert SIMPLIFIED in decode(body, "gb2312")


@pytest.mark.parametrize("label", ["", "utf-8", "gb2312", "iso-8859-1"])
@pytest.mark.parametrize(("text", "encoding"), WRITTEN)
def test_text_is_read_after_a_long_program(text: str, encoding: str, label: str) -> None:
    program = "<script>" + "x=1;" * 30_000 + "</script>"
    assert text in decode((program + page(text, label)).encode(encoding), f"text/html; charset={label}")


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert decode("<p>a</p>".encode(encoding)) == "<p>a</p>"


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_become_text(body: bytes, content_type: str) -> None:
    decode(body, content_type).encode("utf-8", "surrogatepass")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")
