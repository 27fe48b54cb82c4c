-- Which articles wait for a person's judgement, and what speaks for them?
select
    title,
    source,
    relevance,
    topics,
    why
from review_queue
order by relevance desc, title asc
limit 5;
