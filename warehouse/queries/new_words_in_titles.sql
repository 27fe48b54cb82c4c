-- Which words came into titles of on-topic articles that no earlier article has?
-- day: first day of the new articles
set variable day = '2026-11-20';

with words as (
    select
        unnest(list_distinct(index_terms(title))) as term,
        appeared_at < getvariable('day')::timestamptz as is_earlier
    from articles_on_topic
)

select
    term,
    count(*) as titles
from words
group by term
having not bool_or(is_earlier) and count(*) > 1
order by titles desc, term asc
limit 10;
