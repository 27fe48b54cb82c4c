-- Articles that searches may have to find by other words, or to hide or show now.
create or replace temp table search_batch as
select article_id from batch_effects
union
select article_id from touched_articles;
