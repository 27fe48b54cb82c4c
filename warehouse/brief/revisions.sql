-- One row per change of an article on topic, at most three an edit: the edits that weigh most, and of them the changes.
with edited as (
    select
        *,
        bool_or(part = 'title') over an_edit as title_changed,
        bool_or(number_changed) over an_edit as figures_changed,
        count(*) over an_edit as changes,
        row_number() over (an_edit order by number_changed desc, part = 'title' desc, change asc) as place
    from revision_diff
    where seen_after > getvariable('since') and seen_after <= getvariable('until') and decision != 'off_topic'
    window an_edit as (partition by article_id, revision)
),

weighed as (
    select
        *,
        dense_rank() over (
            order by
                figures_changed and not with_notice desc,
                title_changed desc,
                figures_changed desc,
                with_notice desc,
                decision = 'relevant' desc,
                changes desc,
                article_id asc,
                revision asc
        ) as weight
    from edited
    where place <= 3
)

select
    weighed.*,
    source.country,
    articles.language,
    max(weighed.weight) over () as edits
from weighed
join articles using (article_id)
join sources as source using (source_id)
qualify weight <= getvariable('count')
order by weight, place;
