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

comment on column revision_diff.article_id is 'The article.';
comment on column revision_diff.revision is 'The revision that has it so.';
comment on column revision_diff.title is 'Title of the article.';
comment on column revision_diff.source is 'Name of the source.';
comment on column revision_diff.url is 'Address of the article.';
comment on column revision_diff.decision is 'relevant, review or off_topic.';
comment on column revision_diff.seen_before is 'Latest fetch that showed the version before.';
comment on column revision_diff.seen_after is 'First fetch that showed this version.';
comment on column revision_diff.hours_between is 'Hours between these two: the edit was made within them.';
comment on column revision_diff.part is 'title or text.';
comment on column revision_diff.kind is 'changed, added or removed.';
comment on column revision_diff.words_removed is 'Runs of words that only the sentence before has.';
comment on column revision_diff.words_added is 'Runs of words that only the sentence after has.';
comment on column revision_diff.number_changed is 'A number in a changed sentence is another now.';
comment on column revision_diff.with_notice is 'The page tells of an edit: a correction, a note.';
comment on column revision_diff.notice is 'What it tells; empty for a silent edit.';
comment on column revision_diff.sentence_before is 'The sentence in the version before; empty where it was added.';
comment on column revision_diff.sentence_after is 'The sentence in this version; empty where it was removed.';
comment on column revision_diff.change is 'Number of the change within the edit, in order of the text.';
