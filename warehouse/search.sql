-- Index for search the articles of search_batch whose title or text is not the one that is indexed.
-- Found by their place in the table, or the texts of all articles would be read.
create or replace temp table search_places as
select rowid as place
from articles
where article_id in (select article_id from search_batch);

create or replace temp table search_fresh as
select
    coalesce(
        indexed.document,
        (select coalesce(max(document), 0) from search_documents) + row_number() over (order by indexed.document is not null, article_id)
    ) as document,
    article_id,
    article.title,
    article.text,
    md5_number_lower(article.title || chr(0) || article.text) as content,
    indexed.document is not null as is_indexed
from search_places
join articles as article on search_places.place = article.rowid
left join search_documents as indexed using (article_id)
where indexed.content is distinct from md5_number_lower(article.title || chr(0) || article.text);

create or replace temp table search_counts as
select
    document,
    term,
    count(*) as occurrences
from (
    select
        document,
        unnest(index_terms_of_article(title, text)) as term
    from search_fresh
) as found
group by document, term;

-- Articles that gained a term less those that lost it.
create or replace temp table search_changes as
with gained as (
    select
        term,
        count(*) as documents
    from search_counts
    group by term
),

lost as (
    select
        term,
        count(*) as documents
    from search_postings
    join search_terms using (term_id)
    where
        document in (
            select document from search_fresh
            where is_indexed
        )
    group by term
)

select
    term,
    coalesce(gained.documents, 0) - coalesce(lost.documents, 0) as documents
from gained
full join lost using (term);

insert into search_terms
select
    (select coalesce(max(term_id), 0) from search_terms) + row_number() over (order by term) as term_id,
    term,
    0 as documents
from search_changes
where term not in (select term from search_terms);

update search_terms set documents = search_terms.documents + changes.documents
from search_changes as changes
where search_terms.term = changes.term and changes.documents != 0;

delete from search_postings
where document in (
    select document from search_fresh
    where is_indexed
);

insert into search_postings
select
    term_id,
    document,
    occurrences
from search_counts
join search_terms using (term)
order by term_id, document;

delete from search_terms
where documents = 0;

delete from search_documents
where document in (
    select document from search_fresh
    where is_indexed
);

insert into search_documents
select
    fresh.document,
    fresh.article_id,
    coalesce(counted.length, 0) as length,
    fresh.content,
    true as hidden
from search_fresh as fresh
left join (
    select
        document,
        sum(occurrences) as length
    from search_counts
    group by document
) as counted using (document)
order by fresh.document;
