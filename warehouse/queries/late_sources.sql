-- Which sources are late, silent or failing?
select
    name,
    health,
    consecutive_failures,
    expected_hours
from source_health
where health != 'ok'
order by health asc, name asc;
