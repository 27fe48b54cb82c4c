-- What the pass over the days found becomes the stories of the articles. A story is named after its article that was
-- seen first, so that it keeps its name as others are added.
create or replace temp table story_members as
with settled as (
    select
        batch.article_id,
        batch.story,
        article.story_id
    from batch_settled as batch
    join articles as article using (article_id)
),

-- Articles of days that the pass did not come to are in the stories they were in.
units as (
    select
        article_id,
        story
    from settled
    union all
    select
        article_id,
        story_id::varchar as story
    from story_units
    where
        story_id in (
            select story_id from settled
            union
            select try_cast(story as uuid) from settled
        )
        and article_id not in (from settled select article_id)
)

select
    article.article_id,
    article.first_seen_at,
    article.story_id as former_story_id,
    units.story
from articles as article
left join copies as copy using (article_id)
join units on coalesce(copy.original_id, article.article_id) = units.article_id;

create or replace temp table batch_stories as
select
    article_id,
    former_story_id,
    arg_min(article_id, (first_seen_at, article_id)) over (partition by story) as story_id
from story_members;

update articles set story_id = batch.story_id
from batch_stories as batch
where articles.article_id = batch.article_id and articles.story_id != batch.story_id;

create or replace temp table touched_stories as
select story_id from batch_stories
union
select former_story_id from batch_stories;

delete from story_days;
