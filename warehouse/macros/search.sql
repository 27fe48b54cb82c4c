-- One row per article that has terms of the query in title or text, the best match first (BM25).
create or replace macro search(query, results := 100, everything := false) as table
    with extent as (
        select
            count(*) as documents,
            avg(length) as mean_length
        from search_documents
    ),

    wanted as (
        select
            term_id,
            ln(1 + (extent.documents - terms.documents + 0.5) / (terms.documents + 0.5)) as weight
        from search_terms as terms
        cross join extent
        where term in (select unnest(index_terms(query)))
    ),

    scored as (
        select
            document.article_id,
            sum(bm25(wanted.weight, posting.occurrences, document.length / extent.mean_length)) as score,
            count(*) as terms
        from wanted
        join search_postings as posting using (term_id)
        join search_documents as document using (document)
        cross join extent
        where everything or not document.hidden
        group by document.article_id
        order by score desc, document.article_id asc
        limit results
    )

    select
        row_number() over (order by scored.score desc, scored.article_id asc) as place,
        round(scored.score, 2) as score,
        scored.terms,
        article.title,
        source.name as source,
        source.country,
        article.language,
        coalesce(article.published_at, article.first_seen_at) as appeared_at,
        article.decision,
        article.relevance,
        article.url,
        article.story_id,
        scored.article_id
    from scored
    join articles as article using (article_id)
    join sources as source using (source_id)
    order by place;
