-- One row per source: whether it answers and publishes as it usually does, judged at the time of the latest run.
create or replace view source_health as
select *
from source_health_at(null)
order by source_id;

comment on column source_health.source_id is 'The source.';
comment on column source_health.name is 'Name for people.';
comment on column source_health.kind is 'government, state_media, media, trade_press, think_tank, newsletter, aggregator or archive.';
comment on column source_health.country is 'Country it speaks from (ISO 3166); empty where unknown.';
comment on column source_health.health is 'ok, late, silent, changed layout, no articles, failing, refusing, never tried or no longer read.';
comment on column source_health.last_success is 'When its feeds, sitemaps or API were last read.';
comment on column source_health.last_tried is 'When that was last tried.';
comment on column source_health.newest_article is 'When its newest article appeared.';
comment on column source_health.consecutive_failures is 'Readings that failed since the last success.';
comment on column source_health.expected_hours is 'Hours without an article that are usual for it.';
comment on column source_health.silent_hours is 'Hours since its newest article, or where it gave none since it was first read, holidays left out.';
comment on column source_health.without_text is 'Share of its latest twenty pages without a text.';
comment on column source_health.without_date is 'Share of them without a date.';
comment on column source_health.articles is 'Articles of it that are stored.';
comment on column source_health.relevant is 'Those of them that are relevant.';
