-- One row: what came in the time of the brief, by decision.
select
    count(*) as articles,
    count(*) filter (decision = 'relevant') as relevant,
    count(*) filter (decision = 'review') as review,
    count(*) filter (decision != 'off_topic' and article_id in (select copies.article_id from copies)) as copies,
    count(*) filter (decision = 'review' and source.kind = 'government') as review_documents,
    count(distinct source_id) as sources
from articles
join sources as source using (source_id)
where first_seen_at > getvariable('since') and first_seen_at <= getvariable('until');
