-- One row per version of an article that was seen: its revisions, and as number 0 what is none, such as a teaser.
create or replace view versions_seen as
select
    article_id,
    revision,
    seen_at,
    title
from revisions
union all
select
    article_id,
    0 as revision,
    seen_at,
    title
from other_versions;

comment on column versions_seen.article_id is 'The article.';
comment on column versions_seen.revision is 'Number of the revision, from 1; 0 for a teaser, a headline or what else is none.';
comment on column versions_seen.seen_at is 'When it was first seen.';
comment on column versions_seen.title is 'Title that it had.';
