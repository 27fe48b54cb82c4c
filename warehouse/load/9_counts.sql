-- What the batch added, one row per source: for the run's report.
create or replace temp table batch_counts as
with effects as (
    select
        effect.source_id,
        effect.is_new,
        effect.is_revised,
        article.decision,
        effect.article_id in (from copies select article_id) as is_copy
    from batch_effects as effect
    join articles as article using (article_id)
),

touched as (
    select
        source_id,
        count(*) filter (role != 'robots') as fetched,
        count(*) filter (
            role != 'robots' and outcome not in ('article', 'discovery', 'unchanged', 'redirect', 'off_topic', 'gated')
        ) as failed
    from new_fetches
    group by source_id
),

stored as (
    select
        source_id,
        count(*) filter (is_new) as new,
        count(*) filter (is_revised) as revised,
        count(*) filter (is_new and is_copy) as copies,
        count(*) filter (is_new and decision = 'relevant') as relevant,
        count(*) filter (is_new and decision = 'review') as review,
        count(*) filter (is_new and decision = 'off_topic') as off_topic
    from effects
    group by source_id
)

select
    source_id,
    coalesce(touched.fetched, 0) as fetched,
    coalesce(stored.new, 0) as new,
    coalesce(stored.revised, 0) as revised,
    coalesce(stored.copies, 0) as copies,
    coalesce(stored.relevant, 0) as relevant,
    coalesce(stored.review, 0) as review,
    coalesce(stored.off_topic, 0) as off_topic,
    coalesce(touched.failed, 0) as failed
from touched
full join stored using (source_id);
