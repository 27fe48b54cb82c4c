-- Rows that stand for the same thing, in tables that no unique constraint guards.
select
    'tags' as table_name,
    article_id
from tags
group by article_id, kind, tag
having count(*) > 1
union all
select
    'revisions' as table_name,
    article_id
from revisions
group by article_id, revision
having count(*) > 1
union all
select
    'other_versions' as table_name,
    article_id
from other_versions
group by article_id, version
having count(*) > 1
union all
select
    'edits' as table_name,
    article_id
from edits
group by article_id, revision, change
having count(*) > 1
union all
select
    'seed_matches' as table_name,
    article_id
from seed_matches
group by article_id, seed_id
having count(*) > 1
union all
select
    'revisions' as table_name,
    article_id
from revisions
group by article_id
having min(revision) != 1 or max(revision) != count(*);
