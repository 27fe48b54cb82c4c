-- One row per phrase in the text of an article that a tag rests on.
select
    start_char,
    end_char
from evidence
where article_id = getvariable('article')::uuid and start_char is not null
order by start_char;
