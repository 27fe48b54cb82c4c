-- Terms of articles that the index has otherwise than their titles and texts, and terms that it counts wrongly.
with made as (
    select
        document,
        term,
        count(*) as occurrences
    from (
        select
            indexed.document,
            unnest(index_terms_of_article(article.title, article.text)) as term
        from articles as article
        join search_documents as indexed using (article_id)
    ) as terms
    group by document, term
),

stored as (
    select
        posting.document,
        term.term,
        posting.occurrences
    from search_postings as posting
    left join search_terms as term using (term_id)
),

differing as (
    (
        from made
        except all
        from stored
    )
    union all
    (
        from stored
        except all
        from made
    )
)

select
    term,
    'other occurrences' as problem
from differing
union all
select
    term.term,
    'other number of articles' as problem
from search_terms as term
left join (
    select
        term_id,
        count(*) as documents
    from search_postings
    group by term_id
) as counted using (term_id)
where counted.documents is distinct from term.documents
union all
select
    any_value(term) as term,
    'number of another' as problem
from search_terms
group by term_id
having count(*) > 1
union all
select
    term,
    'there twice' as problem
from search_terms
group by term
having count(*) > 1
union all
select
    article_id::varchar as term,
    'other length' as problem
from search_documents as indexed
left join (
    select
        document,
        sum(occurrences) as length
    from search_postings
    group by document
) as counted using (document)
where coalesce(counted.length, 0) != indexed.length;
