-- One row per source that was late, silent, failing or changed by then, governments first.
select
    source_id,
    name as source,
    kind,
    country,
    health,
    last_success,
    newest_article,
    expected_hours,
    silent_hours,
    consecutive_failures,
    count(*) over () as troubled
from source_health_at(getvariable('until'))
where health not in ('ok', 'never tried', 'no longer read')
order by kind = 'government' desc, health = 'failing' desc, silent_hours / nullif(expected_hours, 0) desc nulls last, source_id asc
limit getvariable('count');
