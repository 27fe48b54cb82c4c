-- One row per week of the last twelve and entity, of the thirty that most name.
with recent as (
    select
        week,
        name,
        articles
    from entity_trends
    where week > (select max(newest.week) from entity_trends as newest) - interval 84 days
)

select *
from recent
where
    name in (
        select frequent.name
        from recent as frequent
        group by frequent.name
        order by sum(frequent.articles) desc, frequent.name asc
        limit 30
    )
order by name, week;
