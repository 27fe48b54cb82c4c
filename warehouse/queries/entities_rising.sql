-- Which people, companies and agencies are named more this week than in the four weeks before?
-- type: person, agency, company, organisation, event, law, model, chip or technology
set variable type = 'company';

select
    name,
    country,
    articles,
    articles_before,
    rise
from entity_trends
where type = getvariable('type') and week = (select max(latest.week) from entity_trends as latest) and rise > 0
order by rise desc, name asc
limit 10;
