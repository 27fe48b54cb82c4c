-- One row per topic of new relevant texts, with the number that is usual for that time by the four weeks before.
with relevant as (
    select
        article_id,
        first_seen_at
    from articles
    where
        decision = 'relevant'
        and first_seen_at > getvariable('since') - interval 28 days
        and first_seen_at <= getvariable('until')
        and article_id not in (
            select copies.article_id from copies
            where copies.is_hidden
        )
),

history as (
    select date_diff('hour', min(first_seen_at), getvariable('since')) / 24 as days
    from articles
    where first_seen_at <= getvariable('since')
)

select
    tag.tag as topic,
    count(*) filter (relevant.first_seen_at > getvariable('since')) as articles,
    -- A week is the least that says what is usual.
    if(
        any_value(history.days) >= 7,
        round(
            count(*) filter (relevant.first_seen_at <= getvariable('since'))
            / least(28, any_value(history.days))
            * greatest(1, date_diff('hour', getvariable('since')::timestamptz, getvariable('until')::timestamptz) / 24),
            1
        ),
        null
    ) as usual
from relevant
join tags as tag using (article_id)
cross join history
where tag.kind = 'topic'
group by tag.tag
having articles > 0
order by articles desc, topic asc
limit getvariable('count');
