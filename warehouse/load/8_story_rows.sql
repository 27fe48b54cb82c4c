-- The rows of the stories whose articles are others now.
delete from stories
where story_id in (from touched_stories select story_id);

insert into stories by name
select
    article.story_id,
    arg_min(article.title, (article.article_id != article.story_id, article.first_seen_at, article.article_id)) as title,
    min(article.published_at) as first_published_at,
    max(article.published_at) as last_published_at,
    count(*) as article_count,
    count(distinct coalesce(credited.agency, article.source_id)) filter (copy.article_id is null) as independent_count
from articles as article
left join copies as copy using (article_id)
left join credited_agencies as credited using (article_id)
where article.story_id in (from touched_stories select story_id)
group by article.story_id;
