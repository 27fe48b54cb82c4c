-- One row per story on topic that two or more sources of one of the two countries report and none of the other does.
create or replace view coverage_gaps as
with reported as (
    select distinct
        article.story_id,
        article.source_id
    from articles as article
    join stories as story using (story_id)
    where article.decision != 'off_topic' and story.article_count > 1
),

gaps as (
    select
        reported.story_id,
        count(*) filter (source.country = 'US') as us_sources,
        count(*) filter (source.country = 'CN') as cn_sources,
        count(*) filter (source.country not in ('US', 'CN')) as other_sources,
        list(source.name order by source.name) as sources,
        bool_or(source.kind = 'government') as has_primary_source
    from reported
    join sources as source using (source_id)
    group by reported.story_id
    having greatest(us_sources, cn_sources) >= 2 and least(us_sources, cn_sources) = 0
),

spans as (
    select
        story_id,
        min(coalesce(published_at, first_seen_at)) as first_appeared_at,
        max(coalesce(published_at, first_seen_at)) as last_appeared_at
    from articles
    where decision != 'off_topic' and story_id in (select gaps.story_id from gaps)
    group by story_id
)

select
    story_id,
    story.title as story,
    case when gaps.cn_sources = 0 then 'CN' else 'US' end as silent_country,
    gaps.us_sources,
    gaps.cn_sources,
    gaps.other_sources,
    gaps.sources,
    gaps.has_primary_source,
    story.article_count,
    story.independent_count,
    spans.first_appeared_at,
    spans.last_appeared_at
from gaps
join spans using (story_id)
join stories as story using (story_id)
order by story.independent_count desc, spans.last_appeared_at desc, story_id asc;

comment on column coverage_gaps.story_id is 'The story.';
comment on column coverage_gaps.story is 'Title of the story: that of its article seen first.';
comment on column coverage_gaps.silent_country is 'The country none of whose sources report it: US or CN.';
comment on column coverage_gaps.us_sources is 'Sources in the United States that report it.';
comment on column coverage_gaps.cn_sources is 'Sources in China that report it.';
comment on column coverage_gaps.other_sources is 'Sources elsewhere that report it.';
comment on column coverage_gaps.sources is 'Names of all sources that report it.';
comment on column coverage_gaps.has_primary_source is 'A government is among them.';
comment on column coverage_gaps.article_count is 'Articles in the story, copies included.';
comment on column coverage_gaps.independent_count is 'Agencies and sources that reported the story in a text of their own.';
comment on column coverage_gaps.first_appeared_at is 'When its first article appeared.';
comment on column coverage_gaps.last_appeared_at is 'When its latest article appeared.';
