-- One row per week (from Monday, UTC), country of the source and frame: how many of its relevant articles, no copies or teasers, are framed so.
create or replace view frames_by_country as
with relevant as (
    select
        article_id,
        date_trunc('week', appeared_at at time zone 'UTC')::date as week,
        country,
        source_id
    from articles_on_topic
    where decision = 'relevant'
),

totals as (
    select
        week,
        country,
        count(*) as articles
    from relevant
    group by all
)

select
    relevant.week,
    relevant.country,
    tag.tag as frame,
    count(*) as articles,
    count(distinct relevant.source_id) as sources,
    round(count(*) / any_value(totals.articles), 3) as share,
    round(avg(tag.score), 3) as mean_score
from relevant
join tags as tag using (article_id)
join totals on relevant.week = totals.week and relevant.country = totals.country
where tag.kind = 'frame'
group by relevant.week, relevant.country, tag.tag
order by relevant.week desc, relevant.country asc, articles desc, frame asc;

comment on column frames_by_country.week is 'Monday of the week in which the articles appeared (UTC).';
comment on column frames_by_country.country is 'Country the source speaks from (ISO 3166); empty where unknown.';
comment on column frames_by_country.frame is 'confrontation or cooperation.';
comment on column frames_by_country.articles is 'Relevant articles of the week and country that are framed so.';
comment on column frames_by_country.sources is 'Sources of these articles.';
comment on column frames_by_country.share is 'Share of all relevant articles of the week and country.';
comment on column frames_by_country.mean_score is 'How strongly they are framed so, on average (0 to 1).';
