-- Facts about the database as a whole, as they are now.
delete from meta
where name not in ('definitions', 'search_index');

insert into meta
with latest as (
    select *
    from runs
    order by started_at desc, run_id desc
    limit 1
),

facts (place, name, value, meaning) as (
    select
        1 as place,
        'schema_version' as name,
        max(version)::varchar as value,
        'Number of the latest change of the schema that was applied.' as meaning
    from migrations
    union all
    select
        2 as place,
        'bilateral_version' as name,
        version as value,
        'Version of Bilateral that made the latest run.' as meaning
    from latest
    union all
    select
        3 as place,
        'lexicon_version' as name,
        arg_max(tagger_version, (last_seen_at, article_id)) as value,
        'Lexicon, seeds and weights that judged the article seen last; `bilateral retag` brings all to one.' as meaning
    from articles
    union all
    select
        4 as place,
        'extractor_version' as name,
        arg_max(extractor_version, (last_seen_at, article_id)) as value,
        'Extractor that read the article seen last.' as meaning
    from articles
    union all
    select
        5 as place,
        'last_run' as name,
        run_id as value,
        'The latest run.' as meaning
    from latest
    union all
    select
        6 as place,
        'last_run_kind' as name,
        kind as value,
        'ingest, load, retag, reextract or demo.' as meaning
    from latest
    union all
    select
        7 as place,
        'last_run_started_at' as name,
        strftime(started_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as value,
        'When it started (UTC).' as meaning
    from latest
    union all
    select
        8 as place,
        'last_run_status' as name,
        status as value,
        'ok or failed.' as meaning
    from latest
    union all
    select
        9 as place,
        'articles' as name,
        count(*)::varchar as value,
        'Articles that are stored.' as meaning
    from articles
    union all
    select
        10 as place,
        'articles_relevant' as name,
        count(*)::varchar as value,
        'Those of them that are relevant.' as meaning
    from articles
    where decision = 'relevant'
    union all
    select
        11 as place,
        'newest_article_at' as name,
        strftime(max(first_seen_at) at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as value,
        'When an article was last seen for the first time (UTC).' as meaning
    from articles
    union all
    select
        12 as place,
        'sources' as name,
        count(*)::varchar as value,
        'Sources that are stored.' as meaning
    from sources
    union all
    select
        13 as place,
        'sources_late' as name,
        coalesce(string_agg(source_id || ' (' || health || ')', ', ' order by source_id), '') as value,
        'Sources that are late or give nothing, and how they are; view source_health says more.' as meaning
    from source_health
    where health not in ('ok', 'never tried', 'no longer read')
)

select
    name,
    coalesce(value, '') as value,
    meaning
from facts
order by place;
