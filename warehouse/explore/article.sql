-- One row: an article with its source and story.
select
    article.*,
    source.name as source,
    source.country,
    source.kind,
    coalesce(article.published_at, article.first_seen_at) as appeared_at,
    story.title as story,
    story.article_count,
    story.independent_count
from articles as article
join sources as source using (source_id)
left join stories as story using (story_id)
where article.article_id = getvariable('article')::uuid;
