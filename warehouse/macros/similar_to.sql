-- One row per article that shares rare terms with the given one, the most alike first; itself and its copies left out.
create or replace macro similar_to(like_article, results := 20, everything := false) as table
    with extent as (
        select
            count(*) as documents,
            avg(length) as mean_length
        from search_documents
    ),

    own_terms as (
        select
            term,
            count(*) as occurrences
        from (
            select unnest(index_terms_of_article(title, text)) as term
            from articles
            where article_id = like_article::uuid
        ) as own
        group by term
    ),

    -- What the article is about more than others: its twenty-five heaviest terms, no hapax.
    wanted as (
        select
            term_id,
            ln(1 + (extent.documents - terms.documents + 0.5) / (terms.documents + 0.5)) as weight,
            weight * own_terms.occurrences / (own_terms.occurrences + 1.2) as heaviness
        from own_terms
        join search_terms as terms using (term)
        cross join extent
        where terms.documents > 1
        order by heaviness desc, term asc
        limit 25
    ),

    scored as (
        select
            document.article_id,
            sum(bm25(wanted.heaviness, posting.occurrences, document.length / extent.mean_length)) as score,
            count(*) as terms
        from wanted
        join search_postings as posting using (term_id)
        join search_documents as document using (document)
        cross join extent
        where
            (everything or not document.hidden)
            and document.article_id != like_article::uuid
            and document.article_id not in (
                select article_id from copies
                where original_id = like_article::uuid
            )
        group by document.article_id
        having count(*) > 1
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
        article.url,
        article.story_id,
        scored.article_id
    from scored
    join articles as article using (article_id)
    join sources as source using (source_id)
    order by place;
