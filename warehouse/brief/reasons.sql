-- One row per given new article: its topics, and the sentence that says most about why it is there, with the phrases in it.
with asked as materialized (
    select unnest(getvariable('articles')::uuid[]) as article_id
),

-- The articles are new, and stored in the order in which they came: those before need not be unpacked.
texts as materialized (
    select
        article_id,
        text
    from articles
    semi join asked using (article_id)
    where first_seen_at > getvariable('since')
),

-- Evidence is of the latest text; what an edit brought later was not known.
then_seen as materialized (
    select
        article_id,
        arg_max(text, revision) filter (seen_at <= getvariable('until')) as text
    from revisions
    semi join asked using (article_id)
    where seen_at > getvariable('since')
    group by article_id
    having max(seen_at) > getvariable('until')
),

reasons as materialized (
    select
        article_id,
        kind,
        tag,
        start_char,
        end_char,
        sentence
    from evidence
    semi join asked using (article_id)
    where start_char is not null and kind in ('facet', 'topic', 'frame')
),

best as (
    select
        reason.article_id,
        reason.sentence,
        list(distinct texts.text[reason.start_char + 1:reason.end_char]) as phrases
    from reasons as reason
    join texts using (article_id)
    left join then_seen using (article_id)
    where then_seen.article_id is null or contains(then_seen.text, reason.sentence)
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
    semi join asked using (article_id)
    where kind = 'topic'
    group by article_id
)

select
    asked.article_id,
    coalesce(topics.topics, []) as topics,
    best.sentence,
    coalesce(best.phrases, []) as phrases
from asked
left join topics using (article_id)
left join best using (article_id);
