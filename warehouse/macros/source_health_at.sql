-- One row per source: whether it answers and publishes as it usually does, judged by what was known at a moment.
create or replace macro source_health_at(judged_at) as table
    with clock as (
        -- The run that began last, whatever its clock said: another's may have been years ahead.
        select coalesce(judged_at::timestamptz, last(started_at order by rowid)) as moment from runs
    ),

    known_fetches as (
        from fetches
        where judged_at is null or fetched_at <= judged_at::timestamptz
    ),

    known_articles as (
        from articles
        where judged_at is null or first_seen_at <= judged_at::timestamptz
    ),

    -- What a reading of the source's feeds, sitemaps or API came to, run by run.
    readings as (
        select
            fetches.source_id,
            fetches.run_id,
            max(fetches.fetched_at) as read_at,
            bool_or(fetches.outcome in ('discovery', 'unchanged')) as succeeded,
            bool_and(fetches.outcome in ('refused', 'robots')) as refused
        from known_fetches as fetches
        where fetches.role = 'discovery'
        group by fetches.source_id, fetches.run_id
    ),

    successes as (
        select
            source_id,
            min(read_at) filter (succeeded) as first_success,
            max(read_at) filter (succeeded) as last_success,
            max(read_at) as last_tried,
            arg_max(refused, read_at) as is_refusing
        from readings
        group by source_id
    ),

    failing as (
        select
            readings.source_id,
            count(*) as consecutive_failures
        from readings
        join successes using (source_id)
        where readings.read_at > coalesce(successes.last_success, timestamptz '1970-01-01 00:00:00+00')
        group by readings.source_id
    ),

    -- What became of the addresses that half a year announced: an article, if any visit to one gave it, else what its first
    -- page was. A page that is visited again says no more.
    announced as (
        select
            *,
            outcome in ('article', 'no_text', 'section', 'error_page', 'wall', 'shell', 'not_html') as is_page
        from known_fetches
        where
            role = 'article'
            and outcome not in ('redirect', 'unchanged')
            and fetched_at > (select moment - interval 180 days from clock)
        qualify
            row_number() over (
                partition by source_id, link_key
                order by outcome = 'article' desc, is_page desc, fetched_at asc, url desc
            ) = 1
    ),

    -- Of the latest twenty, with all others of the same days: did any give a text?
    given as (
        select
            source_id,
            count(*) as addresses,
            bool_or(outcome in ('article', 'off_topic', 'gated')) as has_articles
        from (
            from announced
            qualify rank() over (partition by source_id order by fetched_at::date desc) <= 20
        ) as latest
        group by source_id
    ),

    -- The latest twenty article pages against those before: text and date found?
    pages as (
        select
            announced.source_id,
            announced.outcome = 'article' as has_text,
            announced.outcome = 'article' and coalesce(articles.published_precision, 'none') != 'none' as has_date,
            row_number() over (partition by announced.source_id order by announced.fetched_at desc, announced.url desc) <= 20 as is_recent
        from announced
        left join known_articles as articles using (url_key)
        where announced.is_page
    ),

    yield as (
        select
            source_id,
            avg((not has_text)::integer) filter (is_recent) as without_text,
            avg((not has_date)::integer) filter (is_recent) as without_date,
            avg((not has_text)::integer) filter (not is_recent) as without_text_before,
            avg((not has_date)::integer) filter (not is_recent) as without_date_before,
            count(*) filter (is_recent) as recent_pages
        from pages
        group by source_id
    ),

    totals as (
        select
            source_id,
            count(*) as articles,
            count(*) filter (decision = 'relevant') as relevant,
            max(coalesce(published_at, first_seen_at)) as newest_article
        from known_articles
        group by source_id
    ),

    -- Half a year is long enough to hold a source's weekends and most of its holidays; a gap may have begun before it.
    written as (
        select
            source_id,
            coalesce(published_at, first_seen_at) as written_at,
            epoch(written_at - lag(written_at) over (partition by source_id order by written_at)) / 3600 as gap_hours
        from known_articles
        where coalesce(published_at, first_seen_at) > (select moment - interval 360 days from clock)
    ),

    usual as (
        select
            source_id,
            quantile_cont(gap_hours, 0.98) as usual_gap_hours,
            count(gap_hours) as gaps
        from written
        where written_at > (select moment - interval 180 days from clock)
        group by source_id
    ),

    -- A source that never gave an article has been silent since it was first read.
    habits as (
        select
            sources.source_id,
            totals.* exclude (source_id),
            coalesce(totals.newest_article, successes.first_success) as heard_at,
            usual.usual_gap_hours,
            coalesce(usual.gaps, 0) as gaps
        from sources
        left join totals using (source_id)
        left join successes using (source_id)
        left join usual using (source_id)
    ),

    -- Days on which silence says nothing. Spring Festival by the State Council's notices and the lunar calendar.
    holidays as (
        select
            country,
            unnest(generate_series(first_day, last_day, interval 1 day))::date as day
        from (
            values
            ('CN', date '2025-01-28', date '2025-02-04'),
            ('CN', date '2026-02-15', date '2026-02-23'),
            ('CN', date '2027-02-05', date '2027-02-12'),
            ('CN', date '2028-01-25', date '2028-02-01')
        ) as festival (country, first_day, last_day)
        union all
        select
            'CN' as country,
            unnest(generate_series(make_date(year, 10, 1), make_date(year, 10, 8), interval 1 day))::date as day
        from range(2024, 2035) as years (year)
        union all
        select
            'US' as country,
            unnest(generate_series(make_date(year, 12, 24), make_date(year, 12, 31), interval 1 day))::date as day
        from range(2024, 2035) as years (year)
    ),

    silence as (
        select
            habits.source_id,
            epoch(clock.moment - habits.heard_at) / 3600 - 24 * (
                select count(*)
                from holidays
                where
                    holidays.country = sources.country
                    and holidays.day > (habits.heard_at at time zone 'UTC')::date
                    and holidays.day <= (clock.moment at time zone 'UTC')::date
            ) as silent_hours,
            -- With too little history, three times the declared cadence stands for the habit.
            case
                when habits.gaps >= 10 then greatest(habits.usual_gap_hours, 24)
                else 3 * sources.cadence_hours
            end as expected_hours
        from habits
        join sources using (source_id)
        cross join clock
    )

    select
        sources.source_id,
        sources.name,
        sources.kind,
        sources.country,
        case
            when successes.last_tried is null then 'never tried'
            when not sources.is_read then 'no longer read'
            when failing.consecutive_failures > 0 and successes.is_refusing then 'refusing'
            when failing.consecutive_failures > 0 then 'failing'
            when
                yield.recent_pages >= 5
                and (
                    (yield.without_text >= 0.6 and coalesce(yield.without_text_before, 0) < 0.3)
                    or (yield.without_date >= 0.6 and coalesce(yield.without_date_before, 0) < 0.3 and yield.without_date_before is not null)
                ) then 'changed layout'
            when given.addresses >= 5 and not given.has_articles then 'no articles'
            when silence.silent_hours > 3 * silence.expected_hours then 'silent'
            when silence.silent_hours > 1.5 * silence.expected_hours then 'late'
            else 'ok'
        end as health,
        successes.last_success,
        successes.last_tried,
        habits.newest_article,
        coalesce(failing.consecutive_failures, 0) as consecutive_failures,
        silence.expected_hours,
        greatest(silence.silent_hours, 0) as silent_hours,
        yield.without_text,
        yield.without_date,
        coalesce(habits.articles, 0) as articles,
        coalesce(habits.relevant, 0) as relevant
    from sources
    left join successes using (source_id)
    left join failing using (source_id)
    left join yield using (source_id)
    left join given using (source_id)
    left join habits using (source_id)
    left join silence using (source_id)
    order by sources.source_id;
