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
    where
        role = 'article'
        and outcome in ('article', 'unchanged', 'gone', 'error_page', 'section')
        and url_key in (
            select gone.url_key
            from fetches as gone
            where gone.role = 'article' and gone.outcome in ('gone', 'error_page', 'section')
        )
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

comment on column removed_articles.article_id is 'The article.';
comment on column removed_articles.title is 'Title of the article.';
comment on column removed_articles.source is 'Name of the source.';
comment on column removed_articles.url is 'Address of the article.';
comment on column removed_articles.decision is 'relevant, review or off_topic.';
comment on column removed_articles.published_at is 'Publication; NULL where unknown.';
comment on column removed_articles.last_seen_at is 'Latest fetch that showed it.';
comment on column removed_articles.gone_at is 'When its page was found gone.';
comment on column removed_articles.outcome is 'gone, error_page or section: what was found in its place.';
comment on column removed_articles.http_status is 'Status of the answer.';
