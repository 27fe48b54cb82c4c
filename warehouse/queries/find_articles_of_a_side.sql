-- What do sources of one country write about this?
-- words: words of the title or the text
set variable words = '实体清单';
-- country: ISO 3166 code
set variable country = 'CN';

select
    title,
    source,
    language,
    appeared_at
from search(getvariable('words'))
where country = getvariable('country')
order by place
limit 5;
