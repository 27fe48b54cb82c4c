-- Fetches not stored yet: an answer is known by its place in the archive, a failure by run, address and time.
-- An article that a bulk load left out, being off topic, has its own outcome.
create or replace temp table batch_versions as
select
    *,
    case when headline_only then 'headline' when paywalled then 'teaser' else 'whole' end as extent
from batch_articles;

create or replace temp table new_fetches as
with shown as (
    select distinct
        url_key,
        warc_file,
        warc_offset,
        version
    from batch_versions
)

select
    batch.* replace (
        case when batch.outcome = 'article' and shown.version is null then 'off_topic' else batch.outcome end as outcome
    ),
    coalesce(shown.version, '') as version
from batch_fetches as batch
left join shown
    on
        batch.url_key = shown.url_key
        and batch.warc_file = shown.warc_file
        and batch.warc_offset = shown.warc_offset
where not exists (
    from fetches as stored
    where
        stored.url = batch.url
        and case
            when batch.warc_file is null
                then
                    stored.warc_file is null
                    and stored.run_id = batch.run_id
                    and stored.fetched_at = batch.fetched_at
            else stored.warc_file = batch.warc_file and stored.warc_offset = batch.warc_offset
        end
);

insert into fetches by name
from new_fetches;
