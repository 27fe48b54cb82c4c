-- One row per copy on topic: who published the original first, who copied it, how many hours later and how much of it.
create or replace view syndication as
with dated as (
    select
        article.*,
        source.name as source,
        coalesce(article.published_at, article.first_seen_at) as appeared_at
    from articles as article
    join sources as source using (source_id)
)

select
    original.title as original_title,
    original.source as first_publisher,
    original.appeared_at as first_appeared_at,
    article.source as copied_by,
    article.appeared_at as copied_at,
    round(date_diff('minute', original.appeared_at, article.appeared_at) / 60, 1) as hours_later,
    copy.relation,
    round(copy.containment_of_original, 3) as share_of_original,
    round(copy.containment_in_original, 3) as share_of_copy,
    copy.longest_passage,
    coalesce(credited.agencies, []) as agencies,
    article.title,
    article.url,
    original.url as original_url,
    copy.article_id,
    copy.original_id,
    article.story_id
from copies as copy
join dated as article on copy.article_id = article.article_id
join dated as original on copy.original_id = original.article_id
left join credited_agencies as credited on copy.original_id = credited.article_id
where article.decision != 'off_topic';

comment on column syndication.original_title is 'Title of the original.';
comment on column syndication.first_publisher is 'Source of the original.';
comment on column syndication.first_appeared_at is 'When the original appeared.';
comment on column syndication.copied_by is 'Source of the copy.';
comment on column syndication.copied_at is 'When the copy appeared.';
comment on column syndication.hours_later is 'Hours between them.';
comment on column syndication.relation is 'exact, repost, excerpt, expansion, update or rewrite.';
comment on column syndication.share_of_original is 'Share of the original that the copy has.';
comment on column syndication.share_of_copy is 'Share of the copy that is from the original.';
comment on column syndication.longest_passage is 'Longest run of shared shingles (3 words, or 5 Chinese characters).';
comment on column syndication.agencies is 'Agencies that the original credits.';
comment on column syndication.title is 'Title of the copy.';
comment on column syndication.url is 'Address of the copy.';
comment on column syndication.original_url is 'Address of the original.';
comment on column syndication.article_id is 'The copy.';
comment on column syndication.original_id is 'The original.';
comment on column syndication.story_id is 'The story it is in.';
