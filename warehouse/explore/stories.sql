-- One row per story with an article on topic in the time chosen, those that most reported first.
select
    story.story_id,
    story.title,
    story.independent_count as independent,
    story.article_count as articles,
    min(coalesce(article.published_at, article.first_seen_at)) as began_at,
    max(coalesce(article.published_at, article.first_seen_at)) as last_at,
    count(*) over () as of_all
from stories as story
join articles as article using (story_id)
where
    article.decision != 'off_topic'
    and coalesce(article.published_at, article.first_seen_at)::date
    between getvariable('first_day')::date and getvariable('last_day')::date
group by story.story_id, story.title, story.independent_count, story.article_count
order by independent desc, articles desc, began_at desc, story.story_id asc
limit getvariable('count');
