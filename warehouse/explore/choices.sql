-- One row: what can be filtered by, and the days from the first article to the last.
select
    (
        select coalesce(list(distinct name order by name), [])
        from sources
        where source_id in (select articles.source_id from articles)
    ) as sources,
    (
        select coalesce(list(distinct country order by country), [])
        from sources
        where country != ''
    ) as countries,
    (
        select coalesce(list(distinct tag order by tag), [])
        from tags
        where kind = 'topic'
    ) as topics,
    (select coalesce(min(coalesce(published_at, first_seen_at)), now())::date from articles) as first_day,
    (select coalesce(max(coalesce(published_at, first_seen_at)), now())::date from articles) as last_day,
    (select max(coalesce(finished_at, started_at)) from runs) as state;
