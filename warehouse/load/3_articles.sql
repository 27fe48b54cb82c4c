-- Articles: the latest version seen of the greatest extent is the article, with the dates of the latest that has any; what
-- comes in out of order only widens its first sight, and dates it where nothing else does. Where a person has judged, the
-- label decides.
create or replace temp table batch_latest as
with seen as (
    select
        *,
        2 - paywalled::integer - 2 * headline_only::integer as size,
        min(seen_at) over (partition by article_id) as first_seen_at,
        arg_min(source_id, (seen_at, source_id)) over (partition by article_id) as first_source_id
    from batch_versions
),

dated as (
    select
        *,
        first_value(published_at ignore nulls) over latest_first as known_at,
        first_value(case when published_at is not null then published_precision end ignore nulls) over latest_first as precision,
        first_value(case when published_at is not null then published_source end ignore nulls) over latest_first as known_by,
        first_value(updated_at ignore nulls) over latest_first as last_update
    from seen
    where
        (article_id, version) not in (
            select (article_id, version) from batch_others
            where reason = 'cut'
        )
    window
        latest_first as (
            partition by article_id
            order by size desc, seen_at desc, version desc
            rows between unbounded preceding and unbounded following
        )
)

select
    * exclude (known_at, precision, known_by, last_update)
    replace (
        known_at as published_at,
        coalesce(precision, published_precision) as published_precision,
        coalesce(known_by, published_source) as published_source,
        last_update as updated_at
    )
from dated
qualify row_number() over (partition by article_id order by size desc, seen_at desc, version desc) = 1;

create or replace temp table batch_effects as
select
    batch.article_id,
    batch.source_id,
    stored.article_id is null as is_new,
    stored.article_id is null
    or (batch.size, batch.seen_at, batch.version)
    > (2 - stored.paywalled::integer - 2 * stored.headline_only::integer, stored.last_seen_at, stored.version) as is_current,
    stored.text_hash as former_hash,
    false as is_revised
from batch_latest as batch
left join articles as stored using (article_id);

create or replace temp table former_articles as
select
    article_id,
    coalesce(published_at, first_seen_at)::date as day,
    title,
    text_hash,
    decision
from articles
where article_id in (from batch_latest select article_id);

create or replace temp table batch_current as
select batch.* replace (coalesce(label.label, batch.decision) as decision)
from batch_latest as batch
join batch_effects as effect using (article_id)
left join labels as label using (article_id)
where effect.is_current;

update articles as stored set
    first_seen_at = batch.first_seen_at,
    source_id = batch.first_source_id
from batch_latest as batch
where stored.article_id = batch.article_id and batch.first_seen_at < stored.first_seen_at;

update articles as stored set
    published_at = batch.published_at,
    published_precision = batch.published_precision,
    published_source = batch.published_source
from batch_latest as batch
where stored.article_id = batch.article_id and stored.published_at is null and batch.published_at is not null;

update articles as stored set updated_at = batch.updated_at
from batch_latest as batch
where stored.article_id = batch.article_id and stored.updated_at is null and batch.updated_at is not null;

merge into articles as stored using batch_current as batch
    on stored.article_id = batch.article_id
when matched then
    update
        set
            url = batch.url,
            canonical = batch.canonical,
            title = batch.title,
            authors = batch.authors,
            published_at = coalesce(batch.published_at, stored.published_at),
            published_precision = case
                when batch.published_at is null and stored.published_at is not null then stored.published_precision
                else batch.published_precision
            end,
            published_source = case
                when batch.published_at is null and stored.published_at is not null then stored.published_source
                else batch.published_source
            end,
            updated_at = coalesce(batch.updated_at, stored.updated_at),
            last_seen_at = batch.seen_at,
            language = batch.language,
            section = batch.section,
            description = batch.description,
            image = batch.image,
            text = batch.text,
            word_count = batch.word_count,
            text_hash = batch.text_hash,
            version = batch.version,
            paywalled = batch.paywalled,
            headline_only = batch.headline_only,
            relevance = batch.relevance,
            decision = batch.decision,
            run_id = batch.run_id,
            extractor_version = batch.extractor_version,
            tagger_version = batch.tagger_version
when not matched then insert (
    article_id, url, url_key, canonical, source_id, title, authors, published_at, published_precision, published_source,
    updated_at, first_seen_at, last_seen_at, language, section, description, image, text, word_count, text_hash, version,
    paywalled, headline_only, relevance, decision, run_id, extractor_version, tagger_version
) values (
    batch.article_id, batch.url, batch.url_key, batch.canonical, batch.first_source_id, batch.title, batch.authors,
    batch.published_at, batch.published_precision, batch.published_source, batch.updated_at, batch.first_seen_at,
    batch.seen_at, batch.language, batch.section, batch.description, batch.image, batch.text, batch.word_count,
    batch.text_hash, batch.version, batch.paywalled, batch.headline_only, batch.relevance, batch.decision,
    batch.run_id, batch.extractor_version, batch.tagger_version
);
