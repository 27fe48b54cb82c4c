-- How did the articles on a subject read at a moment, and which have been edited since?
-- moment: the moment, in UTC
set variable moment = '2026-11-20 12:00:00+00';
-- words: words of the title or the text
set variable words = 'smuggling chips';

select
    then_known.title,
    then_known.source,
    then_known.has_changed_since,
    snippet(then_known.text, getvariable('words')) as said
from as_of(getvariable('moment')) as then_known
join search(getvariable('words')) as hit using (article_id)
order by hit.place
limit 5;
