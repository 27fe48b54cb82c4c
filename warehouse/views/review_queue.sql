-- One row per article that waits for a person's judgement, copies and teasers left out: the 1,000 most relevant of them.
create or replace view review_queue as
with waiting as (
    select *
    from articles_on_topic
    where decision = 'review'
    order by relevance desc, appeared_at desc, title asc
    limit 1000
),

topics as (
    select
        article_id,
        list(tag order by score desc, tag asc) as topics
    from tags
    where kind = 'topic' and article_id in (select article_id from waiting)
    group by article_id
),

reasons as (
    select
        article_id,
        arg_min(sentence, (kind != 'topic', start_char)) as why
    from evidence
    where kind in ('topic', 'facet') and start_char is not null and article_id in (select article_id from waiting)
    group by article_id
)

select
    article_id,
    waiting.relevance,
    waiting.title,
    waiting.source,
    waiting.country,
    waiting.language,
    waiting.appeared_at,
    coalesce(topics.topics, []) as topics,
    reasons.why,
    waiting.url,
    waiting.story_id
from waiting
left join topics using (article_id)
left join reasons using (article_id)
order by waiting.relevance desc, waiting.appeared_at desc, waiting.title asc;

comment on column review_queue.article_id is 'The article.';
comment on column review_queue.relevance is '0 to 1: how much it is about US–China AI policy.';
comment on column review_queue.title is 'Title of the article.';
comment on column review_queue.source is 'Name of the source.';
comment on column review_queue.country is 'Country the source speaks from (ISO 3166); empty where unknown.';
comment on column review_queue.language is 'Language of the text (ISO 639).';
comment on column review_queue.appeared_at is 'Publication, or first sight where that is unknown.';
comment on column review_queue.topics is 'Topics of the article, the strongest first.';
comment on column review_queue.why is 'The first sentence that made it on topic; NULL where only the title did.';
comment on column review_queue.url is 'Address of the article.';
comment on column review_queue.story_id is 'The story it is in.';
