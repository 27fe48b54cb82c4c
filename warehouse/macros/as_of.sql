-- One row per article that was known at a moment, with the title and text it had then.
create or replace macro as_of(moment, everything := false) as table
    select
        article_id,
        then_seen.revision,
        then_seen.seen_at,
        then_seen.title,
        then_seen.text,
        then_seen.extent,
        -- Not by the version: the article's may be one that differs in lines of its source only.
        exists (
            from revisions as later
            where later.article_id = then_seen.article_id and later.revision > then_seen.revision and later.cause = 'edited'
        ) as has_changed_since,
        source.name as source,
        source.country,
        article.language,
        article.published_at,
        article.decision,
        article.url
    from revisions as then_seen
    join articles as article using (article_id)
    join sources as source using (source_id)
    where
        then_seen.seen_at <= moment::timestamptz
        and (article_id, then_seen.revision) not in (
            select (article_id, revision - 1)
            from revisions
            where revision > 1 and seen_at <= moment::timestamptz
        )
        and (
            everything
            or (
                article.decision != 'off_topic'
                and then_seen.extent != 'teaser'
                and article_id not in (select copies.article_id from copies)
            )
        );
