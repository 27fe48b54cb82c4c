-- Which copies their originals stand for, among the articles of search_batch and all that these copy or that copy them.
create or replace temp table regrouped as
with originals as (
    select distinct coalesce(copy.original_id, batch.article_id) as original_id
    from search_batch as batch
    left join copies as copy using (article_id)
),

judged as (
    select
        copy.article_id,
        copy.original_id,
        case
            when article.decision = 'off_topic' or article.paywalled then 0
            when article.decision = 'review' then 1
            else 2
        end as standing,
        case
            when original.decision = 'off_topic' or original.paywalled then 0
            when original.decision = 'review' then 1
            else 2
        end as standing_of_original,
        row(coalesce(article.published_at, article.first_seen_at), article.first_seen_at, article.article_id) as place
    from copies as copy
    join articles as article using (article_id)
    join articles as original on copy.original_id = original.article_id
    where copy.original_id in (from originals)
)

select
    article_id,
    standing <= standing_of_original
    or row_number() over (partition by original_id order by standing desc, place asc) > 1 as is_hidden
from judged;

update copies set is_hidden = regrouped.is_hidden
from regrouped
where copies.article_id = regrouped.article_id and copies.is_hidden != regrouped.is_hidden;

insert into search_batch
select article_id from regrouped
where article_id not in (from search_batch select article_id);
