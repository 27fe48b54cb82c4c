-- One row per week (from Monday, UTC), country and kind of source: its share of the relevant articles, copies apart, teasers left out.
create or replace view source_mix as
with weekly as (
    select
        date_trunc('week', coalesce(article.published_at, article.first_seen_at) at time zone 'UTC')::date as week,
        source.country,
        source.kind,
        count(*) filter (not coalesce(copy.is_hidden, false)) as articles,
        count(distinct article.source_id) as sources,
        count(*) filter (coalesce(copy.is_hidden, false)) as copies
    from articles as article
    join sources as source using (source_id)
    left join copies as copy using (article_id)
    where article.decision = 'relevant' and not article.paywalled
    group by all
)

select
    week,
    country,
    kind,
    articles,
    round(articles / nullif(sum(articles) over (partition by week), 0), 3) as share,
    sources,
    copies
from weekly
order by week desc, articles desc, country asc, kind asc;

comment on column source_mix.week is 'Monday of the week in which the articles appeared (UTC).';
comment on column source_mix.country is 'Country the source speaks from (ISO 3166); empty where unknown.';
comment on column source_mix.kind is 'government, state_media, media, trade_press, think_tank, newsletter, aggregator or archive.';
comment on column source_mix.articles is 'Relevant articles with a text of their own.';
comment on column source_mix.share is 'Share of all such articles of the week.';
comment on column source_mix.sources is 'Sources that published any, copies included.';
comment on column source_mix.copies is 'Relevant articles that copy an earlier one.';
