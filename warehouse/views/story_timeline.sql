-- One row per article of a story on topic, in the order of publication: who had it first, who followed, who only copied.
create or replace view story_timeline as
with dated as (
    select
        *,
        coalesce(published_at, first_seen_at) as appeared_at
    from articles
    where decision != 'off_topic'
)

select
    article.story_id,
    story.title as story,
    row_number() over (of_story order by article.appeared_at, article.article_id) as place,
    article.appeared_at,
    round(date_diff('minute', min(article.appeared_at) over of_story, article.appeared_at) / 60, 1) as hours_after_first,
    source.name as source,
    source.kind,
    source.country,
    article.language,
    article.title,
    article.decision,
    coalesce(copy.relation, 'own') as relation,
    copy.original_id,
    story.article_count,
    story.independent_count,
    article.url,
    article.article_id
from dated as article
join stories as story using (story_id)
join sources as source using (source_id)
left join copies as copy using (article_id)
window of_story as (partition by article.story_id);
