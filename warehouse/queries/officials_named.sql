-- Which officials are named, and what office did they hold then?
select
    name,
    country,
    offices,
    count(*) as articles
from named_entities
where type = 'person' and offices is not null
group by all
order by articles desc, name asc;
