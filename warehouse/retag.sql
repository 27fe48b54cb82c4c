-- Topics that articles of a batch (batch_current) gain and lose; to be asked before their tags are replaced.
create or replace temp table batch_topics as
with fresh as (
    select
        article_id,
        tag
    from (
        select
            article_id,
            unnest(tags, recursive := true)
        from batch_current
    ) as unnested
    where kind = 'topic'
),

former as (
    select
        article_id,
        tag
    from tags
    where kind = 'topic' and article_id in (from batch_current select article_id)
)

select
    tag as topic,
    count(*) filter (former.article_id is null) as gained,
    count(*) filter (fresh.article_id is null) as lost
from fresh
full join former using (article_id, tag)
group by tag
having gained + lost > 0;
