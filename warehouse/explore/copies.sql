-- One row per copy that an article is, or that others made of it.
select
    case when article_id = getvariable('article')::uuid then 'copies' else 'is copied by' end as how,
    if(article_id = getvariable('article')::uuid, first_publisher, copied_by) as other,
    if(article_id = getvariable('article')::uuid, original_title, title) as title,
    relation,
    hours_later,
    share_of_original,
    share_of_copy
from syndication
where getvariable('article')::uuid in (article_id, original_id)
order by hours_later
limit 100;
