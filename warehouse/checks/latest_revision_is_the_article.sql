-- Articles whose text or title is not that of their latest revision, but for lines that their source repeats.
select article.article_id
from articles as article
left join (
    from revisions
    qualify revision = max(revision) over (partition by article_id)
) as latest using (article_id)
where
    article.version is distinct from latest.version
    and (article.article_id, article.version) not in (
        select (article_id, version) from other_versions
        where reason = 'boilerplate'
    );
