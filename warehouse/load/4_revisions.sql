-- Revisions: all versions seen of the batch's articles in order of time, repetitions left out, numbered anew.
create or replace temp table batch_revisions as
with seen as (
    select
        article_id,
        seen_at,
        title,
        text,
        text_hash
    from batch_versions
    union
    select
        article_id,
        seen_at,
        title,
        text,
        text_hash
    from revisions
    where article_id in (from batch_versions select article_id)
),

changed as (
    from seen
    qualify
        (title, text_hash) is distinct from lag((title, text_hash)) over (partition by article_id order by seen_at)
)

select
    article_id,
    row_number() over (partition by article_id order by seen_at) as revision,
    seen_at,
    title,
    text,
    text_hash
from changed;

update batch_effects set is_revised = true
where
    not is_new
    and article_id in (
        select batch.article_id
        from batch_revisions as batch
        anti join revisions as stored
            on
                batch.article_id = stored.article_id
                and batch.text_hash = stored.text_hash
                and batch.title = stored.title
    );

delete from revisions
where article_id in (from batch_revisions select article_id);
insert into revisions by name
from batch_revisions;
