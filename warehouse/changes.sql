-- What became of each fetch that was replayed or kept, and what differs between what was stored and what is now.
create or replace temp table sights as
select
    before.url_key as key_before,
    after.url_key as key_after,
    before.fetched_at,
    before.outcome as before,
    after.outcome as after,
    before.version != '' as was_article,
    after.version != '' as is_article,
    concat_ws(': ', before.outcome, nullif(before.error, '')) as told_before,
    concat_ws(': ', after.outcome, nullif(after.error, '')) as told_after
from stored.fetches as before
join fetches as after using (url, warc_file, warc_offset)
where before.version != '' or after.version != '' or before.outcome != after.outcome;

-- Articles none of whose records could be replayed.
create or replace temp table unreplayed as
select article.article_id
from stored.articles as article
join stored.fetches as fetches on article.url_key = fetches.url_key
left join stored.lost as lost
    on fetches.url = lost.url and fetches.warc_file = lost.warc_file and fetches.warc_offset = lost.warc_offset
where fetches.version != ''
group by article.article_id
having count(*) = count(lost.url);

create or replace temp table changes (
    kind varchar, source_id varchar, article_id uuid, url varchar, before varchar, after varchar
);

insert into changes
select
    'became' as kind,
    article.source_id,
    article.article_id,
    article.url,
    arg_max(sights.told_before, sights.fetched_at) as before,
    article.title as after
from articles as article
join sights on article.url_key = sights.key_after
where sights.is_article and article.article_id not in (select article_id from stored.articles)
group by article.source_id, article.article_id, article.url, article.title
having not bool_or(sights.was_article);

insert into changes
select
    'gone' as kind,
    article.source_id,
    article.article_id,
    article.url,
    article.title as before,
    arg_max(sights.told_after, sights.fetched_at) as after
from stored.articles as article
join sights on article.url_key = sights.key_before
where sights.was_article and article.article_id not in (select article_id from articles)
group by article.source_id, article.article_id, article.url, article.title
having not bool_or(sights.is_article);

insert into changes
select
    'moved' as kind,
    article.source_id,
    article.article_id,
    article.url,
    article.url_key as before,
    max(sights.key_after) as after
from stored.articles as article
join sights on article.url_key = sights.key_before
where sights.was_article and sights.is_article and sights.key_before != sights.key_after
group by article.source_id, article.article_id, article.url, article.url_key;

insert into changes
with counted_before as (
    select
        article_id,
        count(*) as versions
    from stored.revisions
    group by article_id
),

counted_after as (
    select
        article_id,
        count(*) as versions
    from revisions
    group by article_id
)

select
    'versions' as kind,
    article.source_id,
    article_id,
    article.url,
    before.versions as before,
    after.versions as after
from counted_before as before
join counted_after as after using (article_id)
join articles as article using (article_id)
where before.versions != after.versions;

insert into changes
with copies_before as (
    select
        copies.article_id,
        copies.original_id,
        copies.relation,
        copies.relation || ' of ' || original.url as told
    from stored.copies as copies
    join stored.articles as original on copies.original_id = original.article_id
),

copies_after as (
    select
        copies.article_id,
        copies.original_id,
        copies.relation,
        copies.relation || ' of ' || original.url as told
    from copies
    join articles as original on copies.original_id = original.article_id
)

select
    'copy' as kind,
    article.source_id,
    article_id,
    article.url,
    coalesce(before.told, 'no copy') as before,
    coalesce(after.told, 'no copy') as after
from copies_before as before
full join copies_after as after using (article_id)
join articles as article using (article_id)
where
    article_id in (select article_id from stored.articles)
    and row(before.original_id, before.relation) is distinct from row(after.original_id, after.relation);

insert into changes
select
    'story' as kind,
    article.source_id,
    article.article_id,
    article.url,
    story_before.title as before,
    story_after.title as after
from articles as article
join stored.articles as article_before on article.article_id = article_before.article_id
join stories as story_after on article.story_id = story_after.story_id
left join stored.stories as story_before on article_before.story_id = story_before.story_id
where article.story_id is distinct from article_before.story_id;
