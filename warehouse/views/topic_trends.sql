-- One row per week (from Monday, UTC) and topic: relevant articles that have it, copies and teasers left out, beside the four weeks before.
create or replace view topic_trends as
with weekly as (
    select
        date_trunc('week', article.appeared_at at time zone 'UTC')::date as week,
        tag.tag as topic,
        count(*) as articles,
        count(distinct article.source_id) as sources,
        count(distinct article.story_id) as stories
    from articles_on_topic as article
    join tags as tag using (article_id)
    where article.decision = 'relevant' and tag.kind = 'topic'
    group by all
),

totals as (
    select
        date_trunc('week', appeared_at at time zone 'UTC')::date as week,
        count(*) as articles
    from articles_on_topic
    where decision = 'relevant'
    group by all
)

select
    week,
    weekly.topic,
    weekly.articles,
    weekly.sources,
    weekly.stories,
    round(weekly.articles / totals.articles, 3) as share,
    round(coalesce(sum(weekly.articles) over four_weeks, 0) / 4, 2) as articles_before,
    round(weekly.articles - coalesce(sum(weekly.articles) over four_weeks, 0) / 4, 2) as rise
from weekly
join totals using (week)
window
    four_weeks as (
        partition by weekly.topic
        order by week
        range between interval 28 days preceding and interval 7 days preceding
    )
order by week desc, weekly.articles desc, weekly.topic asc;

comment on column topic_trends.week is 'Monday of the week in which the articles appeared (UTC).';
comment on column topic_trends.topic is 'The topic.';
comment on column topic_trends.articles is 'Relevant articles of the week that have the topic.';
comment on column topic_trends.sources is 'Sources of these articles.';
comment on column topic_trends.stories is 'Stories these articles are in.';
comment on column topic_trends.share is 'Share of all relevant articles of the week.';
comment on column topic_trends.articles_before is 'Articles a week, on average over the four weeks before, those before the first article too.';
comment on column topic_trends.rise is 'Articles of the week less articles_before.';
