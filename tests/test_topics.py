import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.tagging import LEXICON_FILE, Lexicon, Reading
from flows.topics import FIGURES, MOST_TOPICS, TOPICS_FILE, Named, TopicModel, figures

LEXICON = Lexicon.load(LEXICON_FILE)
FILLER = "The harvest was good, and the roads were dry. "
COUNTS = st.integers(0, 40)
NAMED = st.builds(Named, COUNTS, st.booleans(), COUNTS, COUNTS, st.integers(1, 80), COUNTS)


def topics(title: str, text: str) -> list[str]:
    reading = Reading(LEXICON, title, text)
    return TopicModel.default().about(reading.named_topics(), len(reading.spans()))


def model(**changed: object) -> TopicModel:
    fields = {"bias": -1, "said": 0, "said_alone": -2, "figures": {"terms": 1}, "topics": {}}
    return TopicModel(json.dumps(fields | changed))


def named(*, title: int = 0, terms: int = 1, sentences: int = 1) -> Named:
    return Named(title, title > 0, terms, 0, terms + 2 * title, sentences)


def test_the_weights_are_of_topics_and_figures_that_there_are() -> None:
    fields = json.loads(TOPICS_FILE.read_text(encoding="utf-8"))
    assert fields["figures"].keys() == set(FIGURES)
    assert fields["topics"].keys() == LEXICON.topics.keys()


@given(st.dictionaries(st.sampled_from(sorted(LEXICON.topics)), NAMED), st.integers(0, 300))
def test_a_text_is_about_three_topics_at_most_and_only_about_what_it_names(
    those: dict[str, Named], sentences: int
) -> None:
    about = TopicModel.default().about(those, sentences)
    assert len(about) == len(set(about)) <= MOST_TOPICS
    assert set(about) <= those.keys()
    assert all(len(values) == len(FIGURES) for values in figures(those, sentences).values())


def test_the_surest_topic_comes_first() -> None:
    about = model().about({"few": named(terms=3), "many": named(terms=9)}, 1)
    assert about == ["many", "few"]


def test_of_doubtful_topics_only_the_likeliest_is_said_and_none_that_is_unlikely() -> None:
    doubtful = {"one": named(terms=1), "none": named(terms=0)}
    assert model().about(doubtful, 1) == ["one"]
    assert model(said_alone=0).about(doubtful, 1) == []


def test_a_topic_without_a_bias_of_its_own_is_judged_by_the_common_weights() -> None:
    those = {"mine": named(terms=3), "theirs": named(terms=3)}
    assert model(topics={"theirs": -9}).about(those, 1) == ["mine"]


@pytest.mark.parametrize(
    ("sentences", "of", "judged"), [(1, 10, True), (1, 11, False), (2, 11, True), (2, 40, False), (3, 400, True)]
)
def test_what_few_sentences_of_a_long_text_name_is_not_even_judged(sentences: int, of: int, judged: bool) -> None:
    assert bool(figures({"x": named(sentences=sentences)}, of)) is judged
    assert figures({"x": named(sentences=sentences, title=1)}, of)


def test_nothing_named_is_no_topic() -> None:
    assert topics("", "") == topics("The harvest", FILLER * 30) == []


ABOUT_SMUGGLING = (
    "Prosecutors in Texas charged two men with smuggling Nvidia GPUs to China through a shell company in Malaysia. "
    "The indictment says that they used false labels. Customs officers seized the boxes at the port. "
)


def test_a_full_article_is_about_what_it_keeps_coming_back_to() -> None:
    passing = "A spokesman mentioned a treaty, open-source software, talent and privacy. "
    for times in (1, 4, 12):
        article = ABOUT_SMUGGLING * times + FILLER * 2 * times + passing
        assert topics("Two charged over GPU shipments", article)[0] == "enforcement_smuggling", times
        assert len(topics("Two charged over GPU shipments", article)) <= MOST_TOPICS


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("America leads the world in AI, but could fall behind", "", "race_narrative"),
        ("IBM asks for limits on exports of facial recognition", "", "data_security"),
        ("Pentagon to test AI against fighter pilots", "", "military_ai"),
        ("Chip designer ships accelerators", "Wafers and advanced packaging are short.", "ai_chips"),
        ("Wang Yi and Rubio meet", "China and the United States held a first round of talks.", "bilateral_dialogue"),
        ("Engineers poached from American labs", "China's recruiters offered AI scientists posts.", "talent_research"),
        ("Texas keeps DeepSeek off state phones", "Officials may not use the app.", "model_bans"),
        ("荷兰吊销光刻机许可证", "该设备不能再运往中国，芯片企业受影响。", "export_controls"),
        ("五角大楼启用人工智能无人机群", "", "military_ai"),
        ("美国公司指中国模型蒸馏其输出", "", "distillation_ip"),
        ("通义千问公开模型权重", "", "open_source_models"),
    ],
)
def test_topics_are_found_in_looser_wording(title: str, text: str, expected: str) -> None:
    assert expected in topics(title, text)
