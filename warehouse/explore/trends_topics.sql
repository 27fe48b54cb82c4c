-- One row per topic and week of the last twelve that have any.
select
    week,
    topic as name,
    articles
from topic_trends
where week > (select max(newest.week) from topic_trends as newest) - interval 84 days
order by name, week;
