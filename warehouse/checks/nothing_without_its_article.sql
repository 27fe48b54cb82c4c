-- Rows that speak of an article, source or story that is not stored.
select
    'tags' as table_name,
    article_id
from tags anti join articles using (article_id)
union all
select
    'evidence' as table_name,
    article_id
from evidence anti join articles using (article_id)
union all
select
    'revisions' as table_name,
    article_id
from revisions anti join articles using (article_id)
union all
select
    'other_versions' as table_name,
    article_id
from other_versions anti join articles using (article_id)
union all
select
    'edits' as table_name,
    article_id
from edits anti join revisions using (article_id, revision)
union all
select
    'seed_matches' as table_name,
    article_id
from seed_matches anti join articles using (article_id)
union all
select
    'copies' as table_name,
    article_id
from copies anti join articles using (article_id)
union all
select
    'copies' as table_name,
    original_id
from copies
where original_id not in (from articles select article_id)
union all
select
    'articles' as table_name,
    article_id
from articles
where source_id not in (from sources select source_id) or story_id not in (from stories select story_id) or story_id is null;
