-- Which stories does one of the two countries not report at all?
select
    story,
    silent_country,
    sources,
    independent_count
from coverage_gaps
order by independent_count desc, story asc;
