-- Articles that search does not know exactly once, or knows by another title or text than they have, or wrongly hides or shows.
select
    article.article_id,
    'not indexed as it is' as problem
from articles as article
left join search_documents as indexed using (article_id)
left join copies as copy using (article_id)
where
    indexed.content is distinct from md5_number_lower(article.title || chr(0) || article.text)
    or indexed.hidden != (article.decision = 'off_topic' or article.paywalled or copy.article_id is not null)
union all
select
    article_id,
    'indexed more than once' as problem
from search_documents
group by article_id
having count(*) > 1
union all
select
    article_id,
    'indexed but not stored' as problem
from search_documents anti join articles using (article_id)
union all
select
    any_value(article_id) as article_id,
    'has the number of another' as problem
from search_documents
group by document
having count(*) > 1;
