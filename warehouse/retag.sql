-- What articles of a batch (batch_current) are tagged with that they were not, and no longer are what they were; to be
-- asked before their tags are replaced.
create or replace temp table batch_tag_changes as
with fresh as (
    select
        article_id,
        kind,
        tag
    from (
        select
            article_id,
            unnest(tags, recursive := true)
        from batch_current
    ) as unnested
),

former as (
    select
        article_id,
        kind,
        tag
    from tags
    where article_id in (from batch_current select article_id)
)

select
    kind,
    article_id,
    tag,
    former.article_id is null as gained
from fresh
full join former using (article_id, kind, tag)
where fresh.article_id is null or former.article_id is null;

create or replace temp table batch_topics as
select
    tag as topic,
    count(*) filter (gained) as gained,
    count(*) filter (not gained) as lost
from batch_tag_changes
where kind = 'topic'
group by tag;

-- The entities that an article names are part of what stories are made of, and the agency that it credits is the voice by
-- which it counts in one: its day is noted for the pass that finds them. Articles that turn off topic or on are noted by
-- 7_stories.sql.
insert into story_days
select distinct day
from story_units
where
    article_id in (
        from batch_tag_changes
        select article_id
        where kind in ('entity', 'agency')
    );
