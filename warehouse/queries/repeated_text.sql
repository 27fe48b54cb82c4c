-- Which outlets repeated an agency's or outlet's text on a subject, how soon, how much of it?
-- publisher: name of whoever had it first
set variable publisher = 'Harbor Wire';
-- words: words of the title or the text
set variable words = 'entity list chips';

select
    syndication.original_title,
    syndication.copied_by,
    syndication.hours_later,
    syndication.relation,
    syndication.share_of_original
from search(getvariable('words')) as original
join syndication on original.article_id = syndication.original_id
where syndication.first_publisher = getvariable('publisher')
order by original.place asc, syndication.hours_later asc;
