-- One row per day of which a brief can be made, the latest first: days of runs that ended, else days of first sights.
with run_days as (
    select distinct started_at::date as day
    from runs
    where kind in ('ingest', 'demo') and finished_at is not null
)

select day
from (
    from run_days
    union
    select first_seen_at::date as day
    from articles
    where not exists (from run_days)
) as possible
order by day desc
limit 10;
