-- One row per source of new relevant articles: texts of its own, and copies of others'.
select
    source.name as source,
    source.kind,
    source.country,
    count(*) filter (copy.article_id is null) as own,
    count(*) filter (copy.article_id is not null) as copied,
    count(*) over () as sources
from articles as article
join sources as source using (source_id)
left join copies as copy using (article_id)
where article.decision = 'relevant' and article.first_seen_at > getvariable('since') and article.first_seen_at <= getvariable('until')
group by source.source_id, source.name, source.kind, source.country
order by count(*) desc, own desc, source.name asc
limit getvariable('count');
