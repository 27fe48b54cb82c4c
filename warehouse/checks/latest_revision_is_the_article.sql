-- Articles whose text or title is not that of their latest revision.
select article.article_id
from articles as article
join (
    from revisions
    qualify revision = max(revision) over (partition by article_id)
) as latest using (article_id)
where article.title != latest.title or article.text_hash != latest.text_hash
union all
select article_id from articles
anti join revisions using (article_id);
