-- One row per sentence or title that an edit changed, added or removed, the latest edits first.
create or replace view revision_diff as
select
    article_id,
    after.revision,
    article.title,
    source.name as source,
    article.url,
    article.decision,
    before.last_seen_at as seen_before,
    after.seen_at as seen_after,
    round(epoch(after.seen_at - before.last_seen_at) / 3600, 1) as hours_between,
    edit.part,
    edit.kind,
    edit.words_removed,
    edit.words_added,
    edit.number_changed,
    after.notice != '' as with_notice,
    after.notice,
    edit.sentence_before,
    edit.sentence_after,
    edit.change
from edits as edit
join revisions as after using (article_id, revision)
join revisions as before on after.article_id = before.article_id and after.revision = before.revision + 1
join articles as article on after.article_id = article.article_id
join sources as source using (source_id)
order by after.seen_at desc, article_id asc, after.revision asc, edit.change asc;
