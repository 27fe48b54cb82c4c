-- One row per copy on topic: who published the original first, who copied it, how many hours later and how much of it.
create or replace view syndication as
with dated as (
    select
        article.*,
        source.name as source,
        coalesce(article.published_at, article.first_seen_at) as appeared_at
    from articles as article
    join sources as source using (source_id)
),

agencies as (
    select
        article_id,
        list(tag order by tag asc) as names
    from tags
    where kind = 'agency'
    group by article_id
)

select
    original.title as original_title,
    original.source as first_publisher,
    original.appeared_at as first_appeared_at,
    article.source as copied_by,
    article.appeared_at as copied_at,
    round(date_diff('minute', original.appeared_at, article.appeared_at) / 60, 1) as hours_later,
    copy.relation,
    round(copy.containment_of_original, 3) as share_of_original,
    round(copy.containment_in_original, 3) as share_of_copy,
    copy.longest_passage,
    coalesce(agencies.names, []) as agencies,
    article.title,
    article.url,
    original.url as original_url,
    copy.article_id,
    copy.original_id,
    article.story_id
from copies as copy
join dated as article on copy.article_id = article.article_id
join dated as original on copy.original_id = original.article_id
left join agencies on copy.original_id = agencies.article_id
where article.decision != 'off_topic';
