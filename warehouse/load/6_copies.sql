-- Texts of the batch that were never seen before, their sampled shingles, and the pairs they are in.
create or replace temp table new_texts as
-- In this order, so that the hash table is of the batch, not of all texts.
with known as (
    select text_hash
    from texts
    where text_hash in (from batch_texts select text_hash)
)

select
    batch.*,
    (select coalesce(max(document), 0) from texts) + row_number() over (order by batch.text_hash) as document
from batch_texts as batch
where
    batch.text_hash in (from batch_versions select text_hash)
    and batch.text_hash not in (from known);

insert into texts
select
    document,
    text_hash,
    shingles,
    samples
from new_texts;

insert into fingerprints
select
    unnest(sample) as hash,
    document
from new_texts
order by document;

insert into text_pairs
with numbered as (
    select
        batch.*,
        one.document as first,
        other.document as second
    from batch_pairs as batch
    join texts as one on batch.one = one.text_hash
    join texts as other on batch.other = other.text_hash
),

both_ways as (
    select
        first as document,
        second as other,
        shared,
        in_one as in_document,
        in_other,
        longest,
        in_phrases
    from numbered
    union all
    select
        second as document,
        first as other,
        shared,
        in_other as in_document,
        in_one as in_other,
        longest,
        in_phrases
    from numbered
)

select * from both_ways
where not exists (
    from text_pairs as stored
    where stored.document = both_ways.document and stored.other = both_ways.other
);

-- Texts whose copies may be others now: those of the batch's articles, now and before, and all that are linked to them.
create or replace temp table touched_texts as
with recursive reached as (
    select document
    from texts
    where
        text_hash in (
            select text_hash from batch_versions
            union
            select former_hash from batch_effects
            where former_hash is not null
        )
    union
    select text_pairs.other as document
    from reached
    join text_pairs using (document)
)

from reached;

create or replace temp table touched_articles as
select
    article.article_id,
    text.document,
    article.source_id,
    row(coalesce(article.published_at, article.first_seen_at), article.first_seen_at, article.article_id) as place,
    row_number() over (partition by text.document order by place) = 1 as is_first
from articles as article
join texts as text using (text_hash)
where text.document in (from touched_texts);

-- Each text and the earlier one that has most of it, the earliest among those that have much the same share.
create or replace temp table parents as
select
    pair.document,
    pair.other as parent
from text_pairs as pair
join touched_articles as copy on pair.document = copy.document and copy.is_first
join touched_articles as original on pair.other = original.document and original.is_first
where
    original.place < copy.place
    -- An outlet that returns to a subject keeps its background paragraphs; that is no copy.
    and (original.source_id != copy.source_id or pair.shared >= 0.5 * least(pair.in_document, pair.in_other))
qualify row_number() over (
    partition by pair.document
    order by round(20 * pair.shared / pair.in_document) desc, original.place asc
) = 1;

create or replace temp table roots as
with recursive chains as (
    select
        document,
        parent as root,
        1 as steps
    from parents
    union all
    select
        chains.document,
        parents.parent as root,
        chains.steps + 1 as steps
    from chains
    join parents on chains.root = parents.document
)

select
    document,
    arg_max(root, steps) as root
from chains
group by document;

create or replace temp table batch_copies as
with resolved as (
    select
        article.article_id,
        article.source_id,
        article.document,
        coalesce(roots.root, article.document) as root,
        case
            when roots.root is null then article.document
            when direct.document is not null then roots.root
            else parents.parent
        end as matched
    from touched_articles as article
    left join roots using (document)
    left join parents using (document)
    left join text_pairs as direct on article.document = direct.document and roots.root = direct.other
),

measured as (
    select
        resolved.article_id,
        original.article_id as original_id,
        matched.article_id as matched_id,
        resolved.source_id = matched.source_id as is_same_source,
        resolved.document = resolved.root as is_exact,
        coalesce(pair.in_phrases, false) as in_phrases,
        coalesce(pair.shared / pair.in_document, 1.0) as containment_in_original,
        coalesce(pair.shared / pair.in_other, 1.0) as containment_of_original,
        coalesce(pair.shared, texts.shingles) as shared_shingles,
        coalesce(pair.longest, texts.shingles) as longest_passage,
        exists (
            from tags as mine
            join tags as theirs using (kind, tag)
            where mine.kind = 'agency' and mine.article_id = resolved.article_id and theirs.article_id = matched.article_id
        ) as is_same_wire
    from resolved
    join texts using (document)
    join touched_articles as original on resolved.root = original.document and original.is_first
    join touched_articles as matched on resolved.matched = matched.document and matched.is_first
    left join text_pairs as pair on resolved.document = pair.document and resolved.matched = pair.other
    where resolved.article_id != original.article_id
)

select
    article_id,
    original_id,
    case
        when is_exact then 'exact'
        when in_phrases then 'rewrite'
        when is_same_source and least(containment_in_original, containment_of_original) < 0.95 then 'update'
        -- A client cuts or adds; where a text of the same wire has lost and gained, the wire has a newer one.
        when is_same_wire and greatest(containment_in_original, containment_of_original) < 0.75 then 'update'
        when
            least(containment_in_original, containment_of_original) >= 0.6
            or abs(containment_in_original - containment_of_original) < 0.15
            then 'repost'
        when containment_of_original < containment_in_original then 'excerpt'
        else 'expansion'
    end as relation,
    containment_in_original,
    containment_of_original,
    shared_shingles,
    matched_id,
    longest_passage
from measured;

-- Which of these copied none before, and what they were: stories are made of such articles.
create or replace temp table former_units as
select
    article_id,
    day,
    title,
    text_hash
from former_articles
where decision != 'off_topic' and article_id not in (from copies select article_id)
union all
select
    article_id,
    day,
    title,
    text_hash
from story_units
where
    article_id in (from touched_articles select article_id)
    and article_id not in (from batch_effects select article_id);

delete from copies
where
    article_id in (from touched_articles select article_id)
    or article_id in (from batch_effects select article_id);
insert into copies by name
from batch_copies;

-- Articles that searches may have to find by other words, or to hide or show now.
create or replace temp table search_batch as
select article_id from batch_effects
union
select article_id from touched_articles;
