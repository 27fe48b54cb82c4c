-- Which addresses gave no article, and why?
select distinct
    source_id,
    outcome,
    error
from fetches
where outcome not in ('article', 'discovery', 'redirect', 'unchanged')
order by source_id asc, outcome asc, error asc;
