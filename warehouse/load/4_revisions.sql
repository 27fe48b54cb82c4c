-- Revisions: every fetch that showed one of the batch's articles, in order of time; a version is a change from the last.
create or replace temp table batch_revisions as
with contents as (
    select
        article_id,
        md5(title || chr(0) || text_hash) as version,
        max(title) as title,
        max(text) as text,
        max(text_hash) as text_hash
    from (
        select
            article_id,
            title,
            text,
            text_hash
        from batch_versions
        union all by name
        select
            article_id,
            title,
            text,
            text_hash
        from revisions
        where article_id in (from batch_latest select article_id)
    ) as seen
    group by article_id, version
),

sights as (
    select
        latest.article_id,
        fetches.fetched_at as seen_at,
        max(fetches.version) as version
    from fetches
    join batch_latest as latest using (url_key)
    where fetches.version != ''
    group by latest.article_id, fetches.fetched_at
),

changes as (
    from sights
    qualify version is distinct from lag(version) over (partition by article_id order by seen_at)
)

select
    changes.article_id,
    row_number() over (partition by changes.article_id order by changes.seen_at) as revision,
    changes.seen_at,
    contents.title,
    contents.text,
    contents.text_hash
from changes
join contents using (article_id, version);

update batch_effects set is_revised = true
from (
    select
        article_id,
        max(batch.revision) > max(stored.revision) as has_grown
    from batch_revisions as batch
    join revisions as stored using (article_id)
    group by article_id
) as compared
where batch_effects.article_id = compared.article_id and compared.has_grown;

delete from revisions
where article_id in (from batch_revisions select article_id);
insert into revisions by name
from batch_revisions;
