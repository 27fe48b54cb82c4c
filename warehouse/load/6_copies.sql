-- Exact copies: among articles with the same text, every one but the earliest copies the earliest.
create or replace temp table batch_hashes as
select text_hash from batch_versions
union
select former_hash from batch_effects
where former_hash is not null;

delete from copies
where
    relation = 'exact'
    and article_id in (
        from articles
        select article_id
        where
            text_hash in (from batch_hashes select text_hash)
            or article_id in (from batch_effects select article_id)
    );

insert into copies by name
select
    article_id,
    first_value(article_id) over earliest as original_id,
    'exact' as relation,
    1.0 as containment_in_original,
    1.0 as containment_of_original,
    shingle_count as shared_shingles
from articles
where
    text_hash in (from batch_hashes select text_hash)
    and text_hash != ''
    -- Shorter texts are formulas that many articles share.
    and shingle_count >= 20
window
    earliest as (
        partition by text_hash
        order by coalesce(published_at, first_seen_at), first_seen_at, article_id
    )
qualify row_number() over earliest > 1;
