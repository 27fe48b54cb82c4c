-- Which words came into titles of on-topic articles that no earlier article has?
-- day: first day of the new articles
set variable day = '2026-11-20';

with words as (
    select
        unnest(list_distinct(regexp_extract_all(lower(title), '[a-z]{3,}'))) as word,
        (appeared_at at time zone 'UTC')::date < getvariable('day')::date as is_earlier
    from articles_on_topic
)

select
    word,
    count(*) as titles
from words
group by word
having not bool_or(is_earlier) and count(*) > 1
order by titles desc, word asc
limit 10;
