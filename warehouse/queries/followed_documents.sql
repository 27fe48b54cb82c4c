-- Which documents of governments were taken up, by how many, how soon?
-- country: ISO 3166 code of the government
set variable country = 'CN';

select
    title,
    source,
    followed_by,
    hours_to_first
from primary_sources
where country = getvariable('country') and followed_by > 0
order by followed_by desc, appeared_at desc, title asc;
