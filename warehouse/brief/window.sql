-- What time the brief of a day covers: from the end of the last run that began on an earlier day to the end of its own;
-- none where no run ended, the whole day where there never was one.
with ended as (
    select
        started_at::date as day,
        max(finished_at) as finished_at
    from runs
    where kind in ('ingest', 'demo') and finished_at is not null
    group by started_at::date
)

select
    day_before,
    since,
    coalesce(own_end, if(has_runs, since, getvariable('day')::timestamptz + interval 1 day - interval 1 microsecond)) as until
from (
    select
        count(*) > 0 as has_runs,
        max(day) filter (day < getvariable('day')) as day_before,
        max(finished_at) filter (day = getvariable('day')) as own_end,
        coalesce(
            max(finished_at) filter (day < getvariable('day')),
            if(has_runs, timestamptz '1970-01-01 00:00:00+00', getvariable('day')::timestamptz)
        ) as since
    from ended
) as bounds;
