-- One row per article that names the entity (by its id, its name or another name of it), the latest first.
create or replace macro about(entity, everything := false) as table
    select
        article.article_id,
        coalesce(article.published_at, article.first_seen_at) as appeared_at,
        article.title,
        source.name as source,
        source.country,
        article.language,
        article.decision,
        named.name as entity,
        round(tag.score, 3) as score,
        (
            select arg_min(evidence.sentence, evidence.start_char)
            from evidence
            where evidence.article_id = article.article_id and evidence.kind = 'entity' and evidence.tag = named.entity_id
        ) as sentence,
        article.url,
        article.story_id
    from entities as named
    join tags as tag on named.entity_id = tag.tag
    join articles as article using (article_id)
    join sources as source using (source_id)
    where
        tag.kind = 'entity'
        and (
            named.entity_id = lower(entity)
            or lower(named.name) = lower(entity)
            or list_contains(list_transform(named.aliases, lambda alias: lower(alias)), lower(entity))
        )
        and (
            everything
            or (
                article.decision != 'off_topic'
                and not article.paywalled
                and article.article_id not in (
                    select copies.article_id from copies
                    where copies.is_hidden
                )
            )
        )
    -- Two may share a name.
    qualify row_number() over (partition by article.article_id order by tag.score desc, named.entity_id asc) = 1
    order by appeared_at desc, article.article_id asc;
