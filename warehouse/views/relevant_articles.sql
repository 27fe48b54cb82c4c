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
    and article.article_id not in (from copies select article_id)
order by article.first_seen_at desc, article.relevance desc;
