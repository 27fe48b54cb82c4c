-- One row per article on topic, relevant or to be reviewed, that is neither a copy nor a teaser.
create or replace view articles_on_topic as
select
    article.article_id,
    coalesce(article.published_at, article.first_seen_at) as appeared_at,
    article.published_at,
    article.first_seen_at,
    article.source_id,
    source.name as source,
    source.kind,
    source.country,
    article.language,
    article.title,
    article.decision,
    article.relevance,
    article.word_count,
    article.url,
    article.story_id
from articles as article
join sources as source using (source_id)
where
    article.decision != 'off_topic'
    and not article.paywalled
    and article.article_id not in (
        select copies.article_id from copies
        where copies.is_hidden
    );

comment on column articles_on_topic.article_id is 'The article.';
comment on column articles_on_topic.appeared_at is 'Publication, or first sight where that is unknown.';
comment on column articles_on_topic.published_at is 'Publication; NULL where unknown.';
comment on column articles_on_topic.first_seen_at is 'First fetch.';
comment on column articles_on_topic.source_id is 'The source.';
comment on column articles_on_topic.source is 'Name of the source.';
comment on column articles_on_topic.kind is 'government, state_media, media, trade_press, think_tank, newsletter, aggregator or archive.';
comment on column articles_on_topic.country is 'Country the source speaks from (ISO 3166); empty where unknown.';
comment on column articles_on_topic.language is 'Language of the text (ISO 639).';
comment on column articles_on_topic.title is 'Title of the article.';
comment on column articles_on_topic.decision is 'relevant, review or off_topic.';
comment on column articles_on_topic.relevance is '0 to 1: how much it is about US–China AI policy.';
comment on column articles_on_topic.word_count is 'Words, plus characters of Chinese, Japanese and Korean.';
comment on column articles_on_topic.url is 'Address of the article.';
comment on column articles_on_topic.story_id is 'The story it is in.';
