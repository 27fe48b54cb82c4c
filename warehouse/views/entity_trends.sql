-- One row per week (from Monday, UTC) and entity: relevant articles that name it, copies and teasers left out, beside the four weeks before.
create or replace view entity_trends as
with weekly as (
    select
        date_trunc('week', article.appeared_at at time zone 'UTC')::date as week,
        tag.tag as entity_id,
        count(*) as articles,
        count(distinct article.source_id) as sources,
        count(distinct article.story_id) as stories
    from articles_on_topic as article
    join tags as tag using (article_id)
    where article.decision = 'relevant' and tag.kind = 'entity'
    group by all
)

select
    weekly.week,
    entity_id,
    entity.name,
    entity.type,
    entity.country,
    weekly.articles,
    weekly.sources,
    weekly.stories,
    round(coalesce(sum(weekly.articles) over four_weeks, 0) / 4, 2) as articles_before,
    round(weekly.articles - coalesce(sum(weekly.articles) over four_weeks, 0) / 4, 2) as rise
from weekly
join entities as entity using (entity_id)
window
    four_weeks as (
        partition by entity_id
        order by weekly.week
        range between interval 28 days preceding and interval 7 days preceding
    )
order by weekly.week desc, weekly.articles desc, entity.name asc;

comment on column entity_trends.week is 'Monday of the week in which the articles appeared (UTC).';
comment on column entity_trends.entity_id is 'The entity.';
comment on column entity_trends.name is 'Its usual English name.';
comment on column entity_trends.type is 'person, agency, company, organisation, event, law, model, chip or technology.';
comment on column entity_trends.country is 'Where it belongs (ISO 3166); empty for international bodies.';
comment on column entity_trends.articles is 'Relevant articles of the week that name it.';
comment on column entity_trends.sources is 'Sources of these articles.';
comment on column entity_trends.stories is 'Stories these articles are in.';
comment on column entity_trends.articles_before is 'Articles a week, on average over the four weeks before, those before the first article too.';
comment on column entity_trends.rise is 'Articles of the week less articles_before.';
