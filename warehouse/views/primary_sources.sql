-- One row per relevant document of a government, the latest first, and how far its story went.
create or replace view primary_sources as
with documents as (
    select *
    from articles_on_topic
    where decision = 'relevant' and kind = 'government'
),

followers as (
    select
        document.article_id,
        count(distinct article.source_id) as followed_by,
        min(coalesce(article.published_at, article.first_seen_at)) as first_followed_at
    from documents as document
    join articles as article using (story_id)
    where
        article.source_id != document.source_id
        and article.decision != 'off_topic'
        and coalesce(article.published_at, article.first_seen_at) >= document.appeared_at
    group by document.article_id
)

select
    article_id,
    document.appeared_at,
    document.source,
    document.country,
    document.language,
    document.title,
    document.relevance,
    coalesce(followers.followed_by, 0) as followed_by,
    round(date_diff('minute', document.appeared_at, followers.first_followed_at) / 60, 1) as hours_to_first,
    story.title as story,
    story.independent_count,
    document.url,
    document.story_id
from documents as document
join stories as story using (story_id)
left join followers using (article_id)
order by document.appeared_at desc, document.title asc;

comment on column primary_sources.article_id is 'The article.';
comment on column primary_sources.appeared_at is 'Publication, or first sight where that is unknown.';
comment on column primary_sources.source is 'Name of the source.';
comment on column primary_sources.country is 'Country the source speaks from (ISO 3166); empty where unknown.';
comment on column primary_sources.language is 'Language of the text (ISO 639).';
comment on column primary_sources.title is 'Title of the article.';
comment on column primary_sources.relevance is '0 to 1: how much it is about US–China AI policy.';
comment on column primary_sources.followed_by is 'Other sources that reported the story afterwards.';
comment on column primary_sources.hours_to_first is 'Hours until the first of them did; NULL where none did.';
comment on column primary_sources.story is 'Title of the story: that of its article seen first.';
comment on column primary_sources.independent_count is 'Agencies and sources that reported the story in a text of their own.';
comment on column primary_sources.url is 'Address of the article.';
comment on column primary_sources.story_id is 'The story it is in.';
