-- One row per article that stories are made of: on topic, and no copy, with the day by which it is placed.
create or replace view story_units as
select
    article_id,
    (coalesce(published_at, first_seen_at) at time zone 'UTC')::date as day,
    story_id,
    title,
    text_hash,
    text
from articles
where decision != 'off_topic' and article_id not in (from copies select article_id);

comment on column story_units.article_id is 'The article.';
comment on column story_units.day is 'Day of publication or else first sight, in UTC.';
comment on column story_units.story_id is 'The story it is in.';
comment on column story_units.title is 'Title of the article.';
comment on column story_units.text_hash is 'Hash of the normalised text.';
comment on column story_units.text is 'Text of the article, one paragraph a line.';
