-- Which tables, views and columns are about something?
-- word: a word of their names or comments
set variable word = 'speaker';

select
    name,
    column_name,
    meaning
from dictionary
where contains(lower(name || ' ' || column_name || ' ' || meaning), lower(getvariable('word')))
order by name asc, place asc;
