-- Decisions of a batch of stored articles (batch_current) and what they change. Where there is a label, it decides.
create or replace temp table batch_changes as
select
    article.article_id,
    article.title,
    article.decision as former_decision,
    coalesce(label.label, batch.decision) as decision,
    article.relevance as former_relevance,
    batch.relevance
from batch_current as batch
join articles as article using (article_id)
left join labels as label using (article_id);

-- Stories are made of articles that are not off topic. What 7_stories.sql is to look at: articles that turn off topic or
-- on, with all that copy them or that they copy, and what they were.
create or replace temp table batch_effects as
select article_id
from batch_changes
where (decision = 'off_topic') != (former_decision = 'off_topic');

create or replace temp table touched_articles as
select article.article_id
from articles as article
left join copies as copy using (article_id)
where
    coalesce(copy.original_id, article.article_id) in (
        select coalesce(copied.original_id, effect.article_id)
        from batch_effects as effect
        left join copies as copied using (article_id)
    );

create or replace temp table former_units as
select
    article_id,
    day,
    title,
    text_hash
from story_units
where article_id in (from touched_articles);

update articles set
    relevance = batch.relevance,
    decision = change.decision,
    tagger_version = batch.tagger_version
from batch_current as batch
join batch_changes as change using (article_id)
where articles.article_id = batch.article_id;

create or replace temp table search_batch as
select article_id from batch_changes;
