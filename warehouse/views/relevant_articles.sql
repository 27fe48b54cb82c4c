-- One row per relevant article that is neither a copy nor a teaser, newest first sight first.
create or replace view relevant_articles as
select
    article.article_id,
    article.first_seen_at,
    article.published_at,
    source.name as source,
    source.kind,
    source.country,
    article.language,
    article.title,
    article.relevance,
    article.url,
    article.text,
    (
        select count(*)
        from copies
        where copies.original_id = article.article_id
    ) as copies,
    article.story_id
from articles as article
join sources as source using (source_id)
where
    article.decision = 'relevant'
    and not article.paywalled
    and article.article_id not in (
        select copies.article_id from copies
        where copies.is_hidden
    )
order by article.first_seen_at desc, article.relevance desc;

comment on column relevant_articles.article_id is 'The article.';
comment on column relevant_articles.first_seen_at is 'First fetch.';
comment on column relevant_articles.published_at is 'Publication; NULL where unknown.';
comment on column relevant_articles.source is 'Name of the source.';
comment on column relevant_articles.kind is 'government, state_media, media, trade_press, think_tank, newsletter, aggregator or archive.';
comment on column relevant_articles.country is 'Country the source speaks from (ISO 3166); empty where unknown.';
comment on column relevant_articles.language is 'Language of the text (ISO 639).';
comment on column relevant_articles.title is 'Title of the article.';
comment on column relevant_articles.relevance is '0 to 1: how much it is about US–China AI policy.';
comment on column relevant_articles.url is 'Address of the article.';
comment on column relevant_articles.text is 'Text of the article, one paragraph a line.';
comment on column relevant_articles.copies is 'Articles that copy it.';
comment on column relevant_articles.story_id is 'The story it is in.';
