-- Lost fetches of a batch that showed an article, and the article as each showed it, or as a twin of it shows it now.
create or replace temp table twins as
select
    lost.url,
    lost.warc_file,
    lost.warc_offset,
    max(now.version) as version,
    arg_max(now.url_key, now.version) as url_key
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
with seen as (
    select
        article.*,
        revision.title as title_then,
        revision.text as text_then,
        revision.text_hash as hash_then,
        twins.url as lost_url,
        twins.warc_file,
        twins.warc_offset,
        false as is_stored
    from twins
    join articles as article on twins.url_key = article.url_key
    join revisions as revision
        on
            article.article_id = revision.article_id
            and twins.version = md5(revision.title || chr(0) || revision.text_hash)
    union all
    select
        article.*,
        revision.title as title_then,
        revision.text as text_then,
        revision.text_hash as hash_then,
        lost.url as lost_url,
        lost.warc_file,
        lost.warc_offset,
        article.title = revision.title and article.text_hash = revision.text_hash as is_stored
    from batch_lost as lost
    anti join twins using (url, warc_file, warc_offset)
    join stored.articles as article on lost.url_key = article.url_key
    join stored.revisions as revision
        on
            article.article_id = revision.article_id
            and lost.version = md5(revision.title || chr(0) || revision.text_hash)
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
    seen.* exclude (title_then, text_then, hash_then, lost_url)
    replace (
        seen.title_then as title,
        seen.text_then as text,
        lost.run_id as run_id,
        lost.source_id as source_id
    ),
    lost.fetched_at as seen_at,
    seen.title = seen.title_then and seen.text_hash = seen.hash_then as is_current,
    coalesce(own_tags.tags, []) as tags,
    coalesce(own_evidence.evidence, []) as evidence,
    coalesce(own_matches.seed_matches, []) as seed_matches
from seen
join batch_lost as lost
    on seen.lost_url = lost.url and seen.warc_file = lost.warc_file and seen.warc_offset = lost.warc_offset
left join own_tags using (article_id)
left join own_evidence using (article_id)
left join own_matches using (article_id)
-- A version that came back is there twice.
qualify row_number() over (partition by seen.lost_url, seen.warc_file, seen.warc_offset order by seen.title_then) = 1;
