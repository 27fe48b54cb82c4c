-- Copies whose original is itself a copy, or that are their own original.
select
    article_id,
    original_id
from copies
where original_id in (from copies select article_id) or original_id = article_id;
