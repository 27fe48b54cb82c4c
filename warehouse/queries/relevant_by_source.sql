-- What does each source give: articles, relevant ones, copies?
select
    source.name,
    source.kind,
    count(*) as articles,
    count(*) filter (article.decision = 'relevant') as relevant,
    count(copy.article_id) as copies
from articles as article
join sources as source using (source_id)
left join copies as copy using (article_id)
group by source.name, source.kind
order by relevant desc, source.name asc;
