-- One row per sentence or title of an article that an edit changed, the latest edits first.
select *
from revision_diff
where article_id = getvariable('article')::uuid
order by revision desc, change asc
limit 100;
