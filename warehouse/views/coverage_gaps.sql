-- One row per story on topic that two or more sources of one of the two countries report and none of the other does.
create or replace view coverage_gaps as
with sides as (
    select
        article.story_id,
        count(distinct article.source_id) filter (source.country = 'US') as us_sources,
        count(distinct article.source_id) filter (source.country = 'CN') as cn_sources,
        count(distinct article.source_id) filter (source.country not in ('US', 'CN')) as other_sources,
        list(distinct source.name order by source.name) as sources,
        bool_or(source.kind = 'government') as has_primary_source,
        min(coalesce(article.published_at, article.first_seen_at)) as first_appeared_at,
        max(coalesce(article.published_at, article.first_seen_at)) as last_appeared_at
    from articles as article
    join sources as source using (source_id)
    where article.decision != 'off_topic'
    group by article.story_id
    having greatest(us_sources, cn_sources) >= 2 and least(us_sources, cn_sources) = 0
)

select
    story_id,
    story.title as story,
    if(sides.cn_sources = 0, 'CN', 'US') as silent_country,
    sides.us_sources,
    sides.cn_sources,
    sides.other_sources,
    sides.sources,
    sides.has_primary_source,
    story.article_count,
    story.independent_count,
    sides.first_appeared_at,
    sides.last_appeared_at
from sides
join stories as story using (story_id)
order by story.independent_count desc, sides.last_appeared_at desc, story_id asc;

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
