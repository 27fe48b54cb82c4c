-- Stories, for now: new articles are one of their own, copies are in that of their original. Days on which articles that
-- stories are made of came, went or became others are noted for the pass that finds stories.
create or replace temp table batch_units as
select
    article_id,
    day,
    title,
    text_hash
from story_units
where
    article_id in (from touched_articles select article_id)
    or article_id in (from batch_effects select article_id);

insert into story_days
with gone as (
    select * from former_units
    except
    select * from batch_units
),

come as (
    select * from batch_units
    except
    select * from former_units
)

select day from gone
union
select day from come;

create or replace temp table batch_stories as
with settled as (
    select
        article.article_id,
        article.first_seen_at,
        article.story_id,
        copy.original_id,
        case when article.decision != 'off_topic' then article.story_id end as kept
    from articles as article
    left join copies as copy using (article_id)
    where
        article.article_id in (from touched_articles select article_id)
        or article.article_id in (from batch_effects select article_id)
),

placed as (
    select
        settled.article_id,
        settled.first_seen_at,
        settled.story_id as former_story_id,
        case when original.article_id is null then settled.kept else original.kept end as kept,
        coalesce(original.article_id, settled.article_id) as own
    from settled
    left join settled as original on settled.original_id = original.article_id
),

-- A story is named after its article that was seen first. Where that leaves, or another turns out to have been seen
-- before, it gets its name here: no pass over the days may come to its others.
members as (
    select * from placed
    union all by name
    select
        article_id,
        first_seen_at,
        story_id as former_story_id,
        story_id as kept,
        article_id as own
    from articles
    where
        story_id in (
            select kept from placed
            union
            select former_story_id from placed
        )
        and article_id not in (select article_id from placed)
)

select
    article_id,
    former_story_id,
    arg_min(article_id, (first_seen_at, article_id)) over (partition by kept, case when kept is null then own end) as story_id
from members;

update articles set story_id = batch.story_id
from batch_stories as batch
where articles.article_id = batch.article_id and articles.story_id is distinct from batch.story_id;

create or replace temp table touched_stories as
select story_id from batch_stories
union
select former_story_id from batch_stories
where former_story_id is not null;
