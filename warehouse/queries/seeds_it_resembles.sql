-- Which seed documents is an article most like?
-- url: address of the article
set variable url = 'http://www.eastern-herald.example/a/202611/19/blacklist-wont-halt-progress.html';

select
    seed.title,
    seed.language,
    round(seed_match.similarity, 2) as similarity
from seed_matches as seed_match
join articles as article using (article_id)
join seeds as seed using (seed_id)
where article.url = getvariable('url')
order by seed_match.similarity desc, seed.title asc
limit 3;
