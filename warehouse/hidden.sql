-- Which of the articles of search_batch searches hide: what is off topic, a teaser, or a copy that its original stands for.
update search_documents set hidden = not hidden
from articles as article
left join copies as copy on article.article_id = copy.article_id
where
    search_documents.article_id in (select article_id from search_batch)
    and search_documents.article_id = article.article_id
    and search_documents.hidden != (article.decision = 'off_topic' or article.paywalled or coalesce(copy.is_hidden, false));
