-- Copies whose original is itself a copy, or that are their own original.
select
    article_id,
    original_id
from copies
where original_id = article_id
union all
select
    copies.article_id,
    copies.original_id
from copies
join copies as original on copies.original_id = original.article_id;
