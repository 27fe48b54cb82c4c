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
        article.story_id,
        copy.original_id,
        if(article.decision = 'off_topic', null, article.story_id) as kept
    from articles as article
    left join copies as copy using (article_id)
    where
        article.article_id in (from touched_articles select article_id)
        or article.article_id in (from batch_effects select article_id)
)

select
    settled.article_id,
    settled.story_id as former_story_id,
    coalesce(original.kept, original.article_id, settled.kept, settled.article_id) as story_id
from settled
left join settled as original on settled.original_id = original.article_id;

update articles set story_id = batch.story_id
from batch_stories as batch
where articles.article_id = batch.article_id and articles.story_id is distinct from batch.story_id;

create or replace temp table touched_stories as
select story_id from batch_stories
union
select former_story_id from batch_stories
where former_story_id is not null;
