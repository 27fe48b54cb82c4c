-- What did each run bring?
select
    strftime(started_at at time zone 'UTC', '%Y-%m-%d') as day,
    kind,
    status,
    articles_new,
    copies,
    articles_revised,
    relevant
from runs
order by started_at desc;
