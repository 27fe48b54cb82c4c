-- One row per database: the share of relevant articles in the latest run's week, and in the four weeks before it.
create or replace view relevance_drift as
with clock as (
    select last(started_at order by rowid) as moment from runs
),

counted as (
    select
        count(*) filter (first_seen_at > moment - interval 7 days) as recent,
        count(*) filter (first_seen_at > moment - interval 7 days and decision = 'relevant') as recent_relevant,
        count(*) filter (first_seen_at <= moment - interval 7 days) as former,
        count(*) filter (first_seen_at <= moment - interval 7 days and decision = 'relevant') as former_relevant
    from articles
    cross join clock
    where first_seen_at between moment - interval 35 days and moment
),

shares as (
    select
        *,
        recent_relevant / nullif(recent, 0) as recent_share,
        former_relevant / nullif(former, 0) as former_share,
        (recent_relevant + former_relevant) / nullif(recent + former, 0) as share
    from counted
)

select
    recent,
    recent_relevant,
    former,
    former_relevant,
    recent_share,
    former_share,
    -- Articles about one event come together, so that chance alone moves the share more than it moves dice.
    coalesce(
        recent >= 50 and former >= 200
        and abs(recent_share - former_share) > 4 * sqrt(share * (1 - share) * (1 / recent + 1 / former))
        and greatest(recent_share, former_share) > 1.5 * least(recent_share, former_share),
        false
    ) as has_drifted
from shares;

comment on column relevance_drift.recent is 'Articles first seen in the week before the latest run.';
comment on column relevance_drift.recent_relevant is 'Those of them that are relevant.';
comment on column relevance_drift.former is 'Articles first seen in the four weeks before that one.';
comment on column relevance_drift.former_relevant is 'Those of them that are relevant.';
comment on column relevance_drift.recent_share is 'Share of the recent ones that are relevant; NULL where there are none.';
comment on column relevance_drift.former_share is 'Share of the former ones that are relevant; NULL where there are none.';
comment on column relevance_drift.has_drifted is 'The two shares differ by more than chance, and by half.';
