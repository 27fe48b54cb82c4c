-- One row per article that the filters let through: the best match first where words are given, else the newest.
with found as (
    select
        article_id,
        score
    from search(getvariable('words'), 1000, everything := true)
),

passed as (
    select
        article.*,
        source.name as source,
        source.country,
        coalesce(article.published_at, article.first_seen_at) as appeared_at
    from articles as article
    join sources as source using (source_id)
    where
        (getvariable('country') = '' or source.country = getvariable('country'))
        and (getvariable('source') = '' or source.name = getvariable('source'))
        and case getvariable('decision')
            when 'on topic' then article.decision != 'off_topic'
            when 'all' then true
            else article.decision = getvariable('decision')
        end
        and (getvariable('copies') or article.article_id not in (select copies.article_id from copies))
        and (
            getvariable('topic') = ''
            or article.article_id in (
                select tags.article_id
                from tags
                where tags.kind = 'topic' and tags.tag = getvariable('topic')
            )
        )
)

select
    passed.article_id,
    passed.title,
    passed.source,
    passed.country,
    passed.appeared_at,
    passed.relevance,
    passed.decision,
    count(*) over () as of_all
from passed
left join found using (article_id)
where
    (getvariable('words') = '' or found.article_id is not null)
    and passed.appeared_at::date between getvariable('first_day')::date and getvariable('last_day')::date
order by found.score desc nulls last, passed.appeared_at desc, passed.article_id asc
limit getvariable('count');
