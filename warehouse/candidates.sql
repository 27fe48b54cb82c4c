-- Pairs of texts that may be copies, of the batch's with each other and with all stored, by shingles that both sampled.
create or replace temp table batch_samples as
-- In this order, so that the hash table is of the batch, not of all texts.
with known as (
    select text_hash
    from texts
    where text_hash in (from batch_texts select text_hash)
)

select
    text_hash,
    samples,
    unnest(sample) as hash
from batch_texts
where text_hash not in (from known);

-- The one pass over the stored fingerprints.
create or replace temp table matches as
select
    hash,
    document
from fingerprints
where hash in (from batch_samples select hash);

create or replace temp table candidates as
with rest as (
    from batch_samples
    qualify row_number() over (partition by hash order by text_hash) <= getvariable('documents_per_shingle')
),

counts as (
    select
        batch.text_hash as one,
        texts.text_hash as other,
        any_value(texts.document) as place,
        count(*) as shared,
        least(any_value(batch.samples), any_value(texts.samples)) as samples
    from batch_samples as batch
    join matches using (hash)
    join texts using (document)
    group by one, other
    union all
    select
        batch.text_hash as one,
        rest.text_hash as other,
        0 as place,
        count(*) as shared,
        least(any_value(batch.samples), any_value(rest.samples)) as samples
    from batch_samples as batch
    join rest using (hash)
    where batch.text_hash != rest.text_hash
    group by one, other
)

select distinct
    least(counts.one, counts.other) as one,
    greatest(counts.one, counts.other) as other
from counts
-- A copy shares a fifth of its shingles; of a short text, few are sampled.
where counts.shared >= least(2, counts.samples) and counts.shared >= 0.1 * counts.samples
qualify
    row_number() over (
        partition by counts.one
        order by counts.shared / counts.samples desc, counts.place asc, counts.other asc
    ) <= 20;
