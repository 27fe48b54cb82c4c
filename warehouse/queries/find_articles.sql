-- Which articles are about this, and what do they say of it?
-- words: words of the title or the text, English or Chinese
set variable words = 'licence packaging materials';

select
    hit.place,
    hit.title,
    hit.source,
    snippet(article.text, getvariable('words')) as said
from search(getvariable('words')) as hit
join articles as article using (article_id)
order by hit.place
limit 5;
