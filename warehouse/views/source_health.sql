-- One row per source: when it last answered, what it gave, and what failed since.
create or replace view source_health as
with answered as (
    select
        source_id,
        max(fetched_at) filter (role = 'discovery' and outcome = 'discovery') as last_success,
        max(fetched_at) as last_tried,
        count(*) filter (outcome not in ('article', 'discovery', 'redirect')) as failures
    from fetches
    group by source_id
),

written as (
    select
        source_id,
        count(*) as articles,
        count(*) filter (decision = 'relevant') as relevant,
        max(coalesce(published_at, first_seen_at)) as newest_article
    from articles
    group by source_id
)

select
    source.source_id,
    source.name,
    source.kind,
    source.country,
    answered.last_success,
    answered.last_tried,
    written.newest_article,
    coalesce(written.articles, 0) as articles,
    coalesce(written.relevant, 0) as relevant,
    coalesce(answered.failures, 0) as failures,
    case
        when answered.last_tried is null then 'never tried'
        when answered.last_success is null then 'failing'
        when answered.last_success < answered.last_tried - interval 1 hour then 'failing'
        else 'ok'
    end as health
from sources as source
left join answered using (source_id)
left join written using (source_id)
order by source.source_id;
