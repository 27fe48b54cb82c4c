-- One row per article of the given stories that was known by then, in order of appearance: the first, the first of the new
-- relevant texts of their own, and thirty of the rest.
select
    article.story_id,
    article.article_id,
    then_seen.title,
    article.url,
    article.language,
    source.name as source,
    source.kind,
    source.country,
    coalesce(article.published_at, article.first_seen_at) as appeared_at,
    if(article.published_at is null, 'seen', article.published_precision) as precision,
    article.first_seen_at > getvariable('since') as is_new,
    article.paywalled or article.headline_only as is_teaser,
    article.decision,
    article.relevance,
    if(original.article_id is null or not copy.is_hidden, 'own', copy.relation) as relation,
    date_diff('minute', coalesce(original.published_at, original.first_seen_at), appeared_at) / 60 as hours_after_original
from articles as article
join sources as source using (source_id)
join (
    select
        article_id,
        arg_max(title, (revision, seen_at)) as title
    from versions_seen
    where
        seen_at <= getvariable('until')
        and article_id in (
            select of_stories.article_id
            from articles as of_stories
            where of_stories.story_id in (select unnest(getvariable('stories')::uuid[]))
        )
    group by article_id
) as then_seen using (article_id)
left join copies as copy on article.article_id = copy.article_id
left join articles as original on copy.original_id = original.article_id and original.first_seen_at <= getvariable('until')
where
    article.story_id in (select unnest(getvariable('stories')::uuid[]))
    and article.decision != 'off_topic'
    and article.first_seen_at <= getvariable('until')
qualify
    row_number() over (partition by article.story_id order by is_new desc, appeared_at asc, article.article_id asc) <= 30
    or row_number() over (partition by article.story_id order by appeared_at asc, article.article_id asc) = 1
    or row_number() over (
        partition by article.story_id
        order by
            is_new and (original.article_id is null or not copy.is_hidden) and article.decision = 'relevant' desc,
            appeared_at asc,
            article.article_id asc
    ) = 1
order by article.story_id, appeared_at, article.article_id;
