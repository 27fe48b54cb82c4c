-- One row per article whose page was gone when it was last visited, the latest found first.
create or replace view removed_articles as
with visits as (
    select
        url_key,
        outcome,
        http_status,
        fetched_at,
        version
    from fetches
    where role = 'article' and outcome in ('article', 'unchanged', 'gone', 'error_page', 'section')
    qualify row_number() over (partition by url_key order by fetched_at desc) = 1
)

select
    article.article_id,
    article.title,
    source.name as source,
    article.url,
    article.decision,
    article.published_at,
    article.last_seen_at,
    visits.fetched_at as gone_at,
    visits.outcome,
    visits.http_status
from visits
join articles as article using (url_key)
join sources as source using (source_id)
where visits.outcome in ('gone', 'error_page', 'section')
order by visits.fetched_at desc, article.url asc;
