-- Lost fetches of a batch that showed an article, and the article as each showed it, or as a twin of it shows it now.
create or replace temp table twins as
select
    lost.url,
    lost.warc_file,
    lost.warc_offset,
    max(now.version) as version,
    arg_max(now.url_key, now.version) as url_key,
    any_value(lost.url_key) as former_key
from batch_lost as lost
join stored.fetches as twin on lost.url_key = twin.url_key and lost.version = twin.version
join fetches as now on twin.url = now.url and twin.warc_file = now.warc_file and twin.warc_offset = now.warc_offset
where now.version != ''
group by lost.url, lost.warc_file, lost.warc_offset;

create or replace temp table kept_fetches as
select lost.* exclude (version) replace (coalesce(twins.url_key, lost.url_key) as url_key)
from batch_lost as lost
left join twins using (url, warc_file, warc_offset);

create or replace temp table kept_articles as
with versions_now as (
    select
        article_id,
        version,
        title,
        text,
        extent,
        extractors
    from (
        select * from revisions
        union all by name
        select * from other_versions
    ) as seen
    qualify row_number() over (partition by article_id, version order by seen_at) = 1
),

versions_stored as (
    select
        article_id,
        version,
        title,
        text,
        extent,
        extractors
    from (
        select * from stored.revisions
        union all by name
        select * from stored.other_versions
    ) as seen
    qualify row_number() over (partition by article_id, version order by seen_at) = 1
),

seen as (
    select
        -- It may have been the lost one that told the dates, such as the one that a feed announced.
        article.* replace (
            coalesce(article.published_at, former.published_at) as published_at,
            if(article.published_at is null, former.published_precision, article.published_precision) as published_precision,
            if(article.published_at is null, former.published_source, article.published_source) as published_source,
            coalesce(article.updated_at, former.updated_at) as updated_at
        ),
        seen.version as version_then,
        seen.title as title_then,
        seen.text as text_then,
        seen.extent,
        seen.extractors,
        twins.url as lost_url,
        twins.warc_file,
        twins.warc_offset,
        false as is_stored
    from twins
    join articles as article on twins.url_key = article.url_key
    join stored.articles as former on twins.former_key = former.url_key
    join versions_now as seen on article.article_id = seen.article_id and twins.version = seen.version
    union all
    select
        article.*,
        seen.version as version_then,
        seen.title as title_then,
        seen.text as text_then,
        seen.extent,
        seen.extractors,
        lost.url as lost_url,
        lost.warc_file,
        lost.warc_offset,
        article.version = seen.version as is_stored
    from batch_lost as lost
    anti join twins using (url, warc_file, warc_offset)
    join stored.articles as article on lost.url_key = article.url_key
    join versions_stored as seen on article.article_id = seen.article_id and lost.version = seen.version
),

own_tags as (
    select
        article_id,
        list(row_of) as tags
    from stored.tags as row_of
    where article_id in (select article_id from seen)
    group by article_id
),

own_evidence as (
    select
        article_id,
        list(row_of) as evidence
    from stored.evidence as row_of
    where article_id in (select article_id from seen)
    group by article_id
),

own_matches as (
    select
        article_id,
        list(row_of) as seed_matches
    from stored.seed_matches as row_of
    where article_id in (select article_id from seen)
    group by article_id
)

select
    seen.* exclude (version, version_then, title_then, text_then, extent, extractors, lost_url)
    replace (
        -- An article has the latest of the texts that are its version, the version the first.
        if(seen.version = seen.version_then, seen.title, seen.title_then) as title,
        if(seen.version = seen.version_then, seen.text, seen.text_then) as text,
        seen.extent = 'teaser' as paywalled,
        seen.extent = 'headline' as headline_only,
        if(
            list_contains(seen.extractors, seen.extractor_version), seen.extractor_version, seen.extractors[1]
        ) as extractor_version,
        lost.run_id as run_id,
        lost.source_id as source_id
    ),
    lost.fetched_at as seen_at,
    seen.version = seen.version_then as is_current,
    coalesce(own_tags.tags, []) as tags,
    coalesce(own_evidence.evidence, []) as evidence,
    coalesce(own_matches.seed_matches, []) as seed_matches
from seen
join batch_lost as lost
    on seen.lost_url = lost.url and seen.warc_file = lost.warc_file and seen.warc_offset = lost.warc_offset
left join own_tags using (article_id)
left join own_evidence using (article_id)
left join own_matches using (article_id);
