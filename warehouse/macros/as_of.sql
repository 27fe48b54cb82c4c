-- One row per article that was known at a moment, with the title and text it had then.
create or replace macro as_of(moment, everything := false) as table
    with announced as (
        -- Of an article that was read whole only afterwards, what was known of it.
        select other.*
        from other_versions as other
        left join revisions as first_read on other.article_id = first_read.article_id and first_read.revision = 1
        where other.seen_at <= moment::timestamptz and (first_read.seen_at is null or first_read.seen_at > moment::timestamptz)
        qualify row_number() over (partition by other.article_id order by other.seen_at desc, other.version asc) = 1
    )

    select
        article_id,
        then_seen.revision,
        then_seen.seen_at,
        then_seen.title,
        then_seen.text,
        then_seen.extent,
        -- Not by the version: the article's may be one that differs in lines of its source only.
        article_id in (
            select article_id
            from revisions
            where cause = 'edited' and seen_at > moment::timestamptz
        ) as has_changed_since,
        source.name as source,
        source.country,
        article.language,
        article.published_at,
        article.decision,
        article.url
    from (
        select
            article_id,
            revision,
            seen_at,
            title,
            text,
            extent
        from revisions
        union all
        select
            article_id,
            0 as revision,
            seen_at,
            title,
            text,
            extent
        from announced
    ) as then_seen
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
                and article_id not in (
                    select copies.article_id from copies
                    where copies.is_hidden
                )
            )
        );
