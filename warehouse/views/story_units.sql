-- One row per article that stories are made of: on topic, and no copy, with the day by which it is placed.
create or replace view story_units as
select
    article_id,
    coalesce(published_at, first_seen_at)::date as day,
    story_id,
    title,
    text_hash,
    text
from articles
where decision != 'off_topic' and article_id not in (from copies select article_id);
