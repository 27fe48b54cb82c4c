-- One row per given article: its topics, and the sentence that says most about why it is there, with the phrases in it.
with best as (
    select
        reason.article_id,
        reason.sentence,
        list(distinct article.text[reason.start_char + 1:reason.end_char]) as phrases,
        any_value(reason.speaker) as speaker
    from evidence as reason
    join articles as article using (article_id)
    join (
        select
            article_id,
            arg_max(text, revision) as text
        from revisions
        where seen_at <= getvariable('until') and article_id in (select unnest(getvariable('articles')::uuid[]))
        group by article_id
    ) as then_seen using (article_id)
    where
        reason.article_id in (select unnest(getvariable('articles')::uuid[]))
        and reason.start_char is not null
        -- Evidence is of the latest text; what an edit brought later was not known.
        and (
            contains(then_seen.text, reason.sentence)
            or reason.article_id not in (
                select later.article_id
                from revisions as later
                where later.seen_at > getvariable('until')
            )
        )
        and reason.kind in ('facet', 'topic', 'frame')
    group by reason.article_id, reason.sentence
    qualify
        row_number() over (
            partition by reason.article_id
            order by count(distinct reason.kind || reason.tag) desc, min(reason.start_char) asc
        ) = 1
),

topics as (
    select
        article_id,
        list(tag order by score desc, tag asc) as topics
    from tags
    where kind = 'topic' and article_id in (select unnest(getvariable('articles')::uuid[]))
    group by article_id
)

select
    asked.article_id,
    coalesce(topics.topics, []) as topics,
    best.sentence,
    coalesce(best.phrases, []) as phrases,
    best.speaker
from (select unnest(getvariable('articles')::uuid[]) as article_id) as asked
left join topics using (article_id)
left join best using (article_id);
