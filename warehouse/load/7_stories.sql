-- Stories: an article and its copies. Those that the batch's articles belong to, before and after, are made anew.
create or replace temp table batch_stories as
select
    article.article_id,
    coalesce(copy.original_id, article.article_id) as story_id,
    article.story_id as former_story_id
from articles as article
left join copies as copy using (article_id)
where
    article.article_id in (from touched_articles select article_id)
    or article.article_id in (from batch_effects select article_id);

update articles set story_id = batch.story_id
from batch_stories as batch
where articles.article_id = batch.article_id and articles.story_id is distinct from batch.story_id;

create or replace temp table touched_stories as
select story_id from batch_stories
union
select former_story_id from batch_stories
where former_story_id is not null;

delete from stories
where story_id in (from touched_stories select story_id);

insert into stories by name
select
    article.story_id,
    arg_min(article.title, (article.article_id != article.story_id, article.first_seen_at)) as title,
    min(article.published_at) as first_published_at,
    max(article.published_at) as last_published_at,
    count(*) as article_count,
    count(*) - count(copy.article_id) as independent_count
from articles as article
left join copies as copy using (article_id)
where article.story_id in (from touched_stories select story_id)
group by article.story_id;
