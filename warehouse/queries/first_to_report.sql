-- Which sources are first with stories that others take up?
select
    source,
    count(*) as stories,
    round(avg(independent_count), 1) as mean_independent_count
from story_timeline
where place = 1 and independent_count > 1
group by source
order by stories desc, source asc;
