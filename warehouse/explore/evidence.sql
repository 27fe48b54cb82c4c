-- One row per sentence of an article that tags rest on, in order of the text, the title first.
select
    sentence,
    list(distinct tag order by tag) as tags,
    any_value(speaker) as speaker
from evidence
where article_id = getvariable('article')::uuid
group by sentence
order by min(coalesce(start_char, -1)), sentence
limit 60;
