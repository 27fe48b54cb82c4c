-- Which sources are late, silent or failing?
select
    name,
    health,
    consecutive_failures,
    expected_hours
from source_health
where health not in ('ok', 'never tried', 'no longer read')
order by health asc, name asc;
