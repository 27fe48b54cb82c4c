-- One row per article on topic whose page was found gone, after a visit that had shown it.
with visits as (
    select
        url_key,
        fetched_at,
        outcome in ('gone', 'error_page', 'section') as is_gone,
        lag(is_gone) over (partition by url_key order by fetched_at, url) as was_gone
    from fetches
    where
        role = 'article'
        and outcome in ('article', 'unchanged', 'gone', 'error_page', 'section')
        and fetched_at <= getvariable('until')
        and url_key in (
            select gone.url_key
            from fetches as gone
            where
                gone.outcome in ('gone', 'error_page', 'section')
                and gone.fetched_at > getvariable('since')
                and gone.fetched_at <= getvariable('until')
        )
)

select
    article.title,
    article.url,
    article.language,
    source.name as source,
    visits.fetched_at as gone_at,
    count(*) over () as removed
from visits
join articles as article using (url_key)
join sources as source using (source_id)
where visits.is_gone and not visits.was_gone and visits.fetched_at > getvariable('since') and article.decision != 'off_topic'
order by article.decision = 'relevant' desc, visits.fetched_at desc, article.url asc
limit getvariable('count');
