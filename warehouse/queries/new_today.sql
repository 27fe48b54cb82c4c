-- What is new, the most relevant first, and why is it here?
select
    title,
    source,
    topics,
    why
from today
order by relevance desc, title asc
limit 5;
