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

comment on column story_timeline.story_id is 'The story it is in.';
comment on column story_timeline.story is 'Title of the story: that of its article seen first.';
comment on column story_timeline.place is 'Place in the story, in order of appearance, from 1.';
comment on column story_timeline.appeared_at is 'Publication, or first sight where that is unknown.';
comment on column story_timeline.hours_after_first is 'Hours after the first article of the story.';
comment on column story_timeline.source is 'Name of the source.';
comment on column story_timeline.kind is 'government, state_media, media, trade_press, think_tank, newsletter, aggregator or archive.';
comment on column story_timeline.country is 'Country the source speaks from (ISO 3166); empty where unknown.';
comment on column story_timeline.language is 'Language of the text (ISO 639).';
comment on column story_timeline.title is 'Title of the article.';
comment on column story_timeline.decision is 'relevant, review or off_topic.';
comment on column story_timeline.relation is 'own, or what kind of copy it is: exact, repost, excerpt, expansion, update or rewrite.';
comment on column story_timeline.original_id is 'The earliest article with that text; NULL for a text of its own.';
comment on column story_timeline.article_count is 'Articles in the story, copies included.';
comment on column story_timeline.independent_count is 'Agencies and sources that reported the story in a text of their own.';
comment on column story_timeline.url is 'Address of the article.';
comment on column story_timeline.article_id is 'The article.';
