-- One row per new document of a government, relevant and no copy, by side and relevance, at most so many a side.
select
    article.article_id,
    article.story_id,
    then_seen.title,
    article.url,
    article.language,
    source.name as source,
    source.country,
    article.paywalled or article.headline_only as is_teaser,
    case when source.country in ('US', 'CN') then source.country else 'other' end as side,
    coalesce(article.published_at, article.first_seen_at) as appeared_at,
    if(article.published_at is null, 'seen', article.published_precision) as precision,
    article.relevance,
    count(*) over (partition by side) as of_side
from articles as article
join sources as source using (source_id)
join (
    select
        article_id,
        arg_max(title, (revision, seen_at)) as title
    from versions_seen
    where seen_at > getvariable('since') and seen_at <= getvariable('until')
    group by article_id
) as then_seen using (article_id)
where
    source.kind = 'government'
    and article.decision = 'relevant'
    and article.first_seen_at > getvariable('since')
    and article.first_seen_at <= getvariable('until')
    and coalesce(article.published_at, article.first_seen_at) >= getvariable('until') - interval 7 days
    and article.article_id not in (
        select copies.article_id from copies
        where copies.is_hidden
    )
qualify row_number() over (partition by side order by article.relevance desc, article.article_id asc) <= getvariable('count')
order by side desc, article.relevance desc, article.article_id asc;
