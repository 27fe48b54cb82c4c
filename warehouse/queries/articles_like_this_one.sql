-- Which other articles are about the same matter as this one?
-- url: address of the article
set variable url = 'http://harbor-wire.example/2026/11/20/china-licences-response';

select
    place,
    score,
    title,
    source,
    country
from
    similar_to(
        (
            select article_id
            from articles
            where url = getvariable('url')
        )
    )
order by place
limit 5;
