-- One row per relevant article first seen on the latest day (UTC) on which any was, copies and teasers left out, the most relevant first.
create or replace view today as
with fresh as (
    select *
    from articles_on_topic
    where
        decision = 'relevant'
        and first_seen_at >= (
            select date_trunc('day', max(first_seen_at) at time zone 'UTC') at time zone 'UTC'
            from articles
        )
),

topics as (
    select
        article_id,
        list(tag order by score desc, tag asc) as topics
    from tags
    where kind = 'topic' and article_id in (select article_id from fresh)
    group by article_id
),

reasons as (
    select
        article_id,
        arg_min(sentence, (kind != 'topic', start_char)) as why
    from evidence
    where kind in ('topic', 'facet') and start_char is not null and article_id in (select article_id from fresh)
    group by article_id
),

copied as (
    select
        copy.original_id as article_id,
        list(distinct source.name order by source.name) as copied_by
    from copies as copy
    join articles as article on copy.article_id = article.article_id
    join sources as source using (source_id)
    where copy.original_id in (select article_id from fresh)
    group by copy.original_id
)

select
    article_id,
    fresh.first_seen_at,
    fresh.published_at,
    fresh.source,
    fresh.kind,
    fresh.country,
    fresh.language,
    fresh.title,
    fresh.relevance,
    coalesce(topics.topics, []) as topics,
    reasons.why,
    coalesce(copied.copied_by, []) as copied_by,
    story.title as story,
    story.article_count,
    story.independent_count,
    fresh.url,
    fresh.story_id
from fresh
join stories as story using (story_id)
left join topics using (article_id)
left join reasons using (article_id)
left join copied using (article_id)
order by fresh.relevance desc, fresh.title asc;

comment on column today.article_id is 'The article.';
comment on column today.first_seen_at is 'First fetch.';
comment on column today.published_at is 'Publication; NULL where unknown.';
comment on column today.source is 'Name of the source.';
comment on column today.kind is 'government, state_media, media, trade_press, think_tank, newsletter, aggregator or archive.';
comment on column today.country is 'Country the source speaks from (ISO 3166); empty where unknown.';
comment on column today.language is 'Language of the text (ISO 639).';
comment on column today.title is 'Title of the article.';
comment on column today.relevance is '0 to 1: how much it is about US–China AI policy.';
comment on column today.topics is 'Topics of the article, the strongest first.';
comment on column today.why is 'The first sentence that made it on topic; NULL where only the title did.';
comment on column today.copied_by is 'Sources that printed the same text.';
comment on column today.story is 'Title of the story: that of its article seen first.';
comment on column today.article_count is 'Articles in the story, copies included.';
comment on column today.independent_count is 'Agencies and sources that reported the story in a text of their own.';
comment on column today.url is 'Address of the article.';
comment on column today.story_id is 'The story it is in.';
