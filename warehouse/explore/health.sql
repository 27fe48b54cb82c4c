-- One row per source: how it is, those in trouble first.
select
    name as source,
    country,
    kind,
    health,
    last_success as last_read,
    newest_article,
    articles,
    relevant
from source_health
order by health in ('ok', 'never tried', 'no longer read') asc, relevant desc, source asc;
