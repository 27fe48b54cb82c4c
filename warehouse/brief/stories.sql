-- One row per story with a new relevant text of its own, as far as it was known by then, the most important first.
with new_stories as (
    select distinct story_id
    from articles
    where first_seen_at > getvariable('since') and first_seen_at <= getvariable('until') and decision = 'relevant'
),

known as (
    select
        article.story_id,
        article.source_id,
        article.relevance,
        article.first_seen_at > getvariable('since') as is_new,
        article.decision = 'relevant' as is_relevant,
        source.kind = 'government' as is_document,
        source.country,
        coalesce(article.published_at, article.first_seen_at) as appeared_at,
        coalesce(original.article_id is not null and copy.is_hidden, false) as is_copy,
        coalesce(credited.agency, article.source_id) as voice
    from articles as article
    semi join new_stories using (story_id)
    join sources as source using (source_id)
    left join copies as copy using (article_id)
    left join articles as original on copy.original_id = original.article_id and original.first_seen_at <= getvariable('until')
    left join credited_agencies as credited on article.article_id = credited.article_id
    where article.decision != 'off_topic' and article.first_seen_at <= getvariable('until')
),

ranked as (
    select
        story_id,
        coalesce(bool_or(is_new and is_document and is_relevant and not is_copy), false) as has_new_document,
        -- Nothing but documents of governments: there is no report of it yet.
        bool_and(is_document) as only_documents,
        count(*) as articles,
        count(*) filter (is_new) as new_articles,
        count(*) filter (is_copy) as copies,
        count(distinct source_id) as outlets,
        count(distinct voice) filter (not is_copy) as voices,
        count(distinct voice) filter (is_new and not is_copy) as new_voices,
        count(distinct source_id) filter (country = 'US') as outlets_us,
        count(distinct source_id) filter (country = 'CN') as outlets_cn,
        min(appeared_at) as began_at,
        bool_or(not is_new) as continues,
        max(appeared_at) filter (is_new and is_relevant and not is_copy) < getvariable('until') - interval 7 days as is_old,
        max(relevance) filter (is_new and is_relevant and not is_copy) as relevance
    from known
    group by story_id
    having bool_or(is_new and is_relevant and not is_copy)
)

select
    *,
    count(*) filter (not is_old and not only_documents) over () as fresh_stories,
    count(*) filter (is_old) over () as old_stories
from ranked
where not (only_documents and not is_old)
qualify
    row_number() over (
        partition by is_old
        order by
            has_new_document desc,
            new_voices desc,
            (outlets_us > 0 and outlets_cn > 0) desc,
            relevance desc,
            story_id asc
    ) <= if(is_old, getvariable('old_count'), getvariable('count'))
order by
    is_old asc,
    has_new_document desc,
    new_voices desc,
    (outlets_us > 0 and outlets_cn > 0) desc,
    relevance desc,
    story_id asc;
