-- Revisions: the histories of articles that the batch touches, as they were judged, replaced as a whole.
-- Stored ones are found by their place in the table, or the texts of all would be read.
create or replace temp table contents as
with seen as (
    select
        article_id,
        version,
        seen_at,
        title,
        text,
        text_hash,
        extent,
        [extractor_version] as extractors,
        lines
    from batch_versions
    union all by name
    select * exclude (revision, cause, last_seen_at, notice) from revisions
    where
        rowid in (
            select of_batch.rowid
            from revisions as of_batch
            where of_batch.article_id in (from batch_revisions select article_id)
        )
    union all by name
    select * exclude (reason) from other_versions
    where rowid in (
        select of_batch.rowid
        from other_versions as of_batch
        where of_batch.article_id in (from batch_revisions select article_id)
    )
)

select
    article_id,
    version,
    arg_min(title, (seen_at, title, text)) as title,
    arg_min(text, (seen_at, title, text)) as text,
    arg_min(text_hash, (seen_at, title, text)) as text_hash,
    max(extent) as extent,
    list_sort(list_distinct(flatten(list(extractors)))) as extractors,
    max(lines) as lines
from seen
group by article_id, version;

update batch_effects set is_revised = true
from (
    select
        batch.article_id,
        count(*) > any_value(stored.edits) as has_grown
    from batch_revisions as batch
    join (
        select
            article_id,
            count(*) filter (cause = 'edited') as edits
        from revisions
        where article_id in (from batch_revisions select article_id)
        group by article_id
    ) as stored using (article_id)
    where batch.cause = 'edited'
    group by batch.article_id
) as compared
where batch_effects.article_id = compared.article_id and compared.has_grown;

delete from revisions
where article_id in (from batch_revisions select article_id);
insert into revisions by name
select
    batch.*,
    contents.* exclude (article_id, version)
from batch_revisions as batch
join contents using (article_id, version);

delete from other_versions
where article_id in (from batch_revisions select article_id);
insert into other_versions by name
select
    batch.*,
    contents.* exclude (article_id, version)
from batch_others as batch
join contents using (article_id, version);

delete from edits
where article_id in (from batch_revisions select article_id);
insert into edits by name
from batch_edits;
