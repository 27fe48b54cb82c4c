import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.provenance import credited

BODY = "\n".join(f"Paragraph {n} of the story, which says something." for n in range(20))


def agencies(text: str, authors: tuple[str, ...] = ()) -> dict[str, str]:
    tags, evidence = credited(text, authors)
    assert [tag.tag for tag in tags] == [row.tag for row in evidence]
    for row in evidence:
        if row.start_char is not None:
            assert text[row.start_char : row.end_char] in row.sentence
    return {row.tag: row.rule_id for row in evidence}


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("BEIJING, Nov. 19 (Xinhua) -- China on Wednesday urged the United States to lift its chip rule.", "xinhua"),
        ("WASHINGTON (Reuters) - The Commerce Department said on Monday it would act.", "reuters"),
        ("WASHINGTON (AP) — The White House said on Monday that it would act.", "ap"),
        ("(Bloomberg) -- Nvidia Corp. said on Monday that it would comply.", "bloomberg"),
        ("Taipei, Nov. 19 (CNA) The government said on Wednesday.", None),
        ("新华社北京11月19日电（记者李明）商务部19日表示。", "xinhua"),
        ("中新社北京11月19日电 商务部19日表示。", "china_news"),
        ("【法新社华盛顿19日电】白宫周一表示。", "afp"),
        ("（中央社記者張三華盛頓19日專電）美國商務部表示。", "cna_taiwan"),
        ("路透華盛頓11月18日電 白宮週一表示。", "reuters"),
        ("By Jane Doe, Reuters", "reuters"),
        ("The agency Reuters said on Monday that it would open an office.", None),
        ("According to Xinhua (China's state agency), the ministry acted.", None),
        ("Officials told Bloomberg that they would act.", None),
        ("新华社社长在北京会见了来宾。", None),
        ("An APEC (AP) abbreviation inside a sentence.", None),
    ],
)
def test_agencies_are_known_by_the_head_of_their_texts(line: str, agency: str | None) -> None:
    assert list(agencies(f"{line}\n{BODY}")) == ([agency] if agency else [])


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("Source: Xinhua", "xinhua"),
        ("Source: Global Times", "global_times"),
        ("Source: Bureau of Labor Statistics", None),
        ("来源：新华社", "xinhua"),
        ("（来源：环球时报）", "global_times"),
        ("文章來源：路透社", "reuters"),
        ("来源：某某财经网", "某某财经网"),
        ("转自：财联社 作者：王五", "cls"),
        ("This story was originally published by Reuters.", "reuters"),
        ("This article first appeared in Foreign Policy Watch.", "foreign policy watch"),
        ("The rule was first published in 2022 and has been amended since.", None),
        ("本文首发于《环球时报》。", "global_times"),
        ("(Reporting by Jane Doe in Beijing and John Roe; Editing by Ann Poe)", "reuters"),
        ("消息来源说，这一决定是在周一作出的。", None),
    ],
)
def test_agencies_are_known_by_credits_at_the_end(line: str, agency: str | None) -> None:
    assert list(agencies(f"{BODY}\n{line}")) == ([agency] if agency else [])


def test_a_credit_in_the_middle_of_a_text_is_the_texts_own_matter() -> None:
    assert agencies(f"{BODY}\n来源：新华社\n{BODY}") == {}


def test_an_author_that_is_an_agency_is_evidence() -> None:
    assert agencies(BODY, ("Jane Doe, Reuters", "法新社")) == {"afp": "agency.author", "reuters": "agency.author"}
    assert agencies(BODY, ("Jane Reuters Doe", "Ap Nguyen")) == {}


@given(st.text(alphabet=st.sampled_from("来源：新华社 \n电11月9日(（Reuters)Source:é👍🏽\u0301"), max_size=400))
def test_every_span_is_in_the_text(text: str) -> None:
    agencies(text)
