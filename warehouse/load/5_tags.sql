-- Tags, evidence and seed matches of the articles whose current text came with this batch, replaced as a whole.
delete from tags
where article_id in (from batch_current select article_id);
insert into tags by name
select
    article_id,
    unnest(tags, recursive := true)
from batch_current;

delete from evidence
where article_id in (from batch_current select article_id);
insert into evidence by name
select
    article_id,
    unnest(evidence, recursive := true)
from batch_current;

delete from seed_matches
where article_id in (from batch_current select article_id);
insert into seed_matches by name
select
    article_id,
    unnest(seed_matches, recursive := true)
from batch_current;
