-- What copies are found by.

create table texts (
    document integer primary key,
    text_hash varchar not null,
    shingles integer not null,
    samples integer not null
);
comment on table texts is 'One row per distinct text that was ever seen and is long enough to be copied.';
comment on column texts.document is 'Number by which fingerprints and text_pairs refer to it, in order of arrival.';
comment on column texts.text_hash is 'Hash of its normalised form, as in articles and revisions.';
comment on column texts.shingles is 'Its distinct word 3-grams (Chinese: character 5-grams), without lines that its source repeats.';
comment on column texts.samples is 'How many of them were sampled.';

create table fingerprints (
    hash uinteger not null,
    document integer not null
);
comment on table fingerprints is 'One row per text and sampled shingle (FracMinHash, one in eight), for the first fifty texts that have it.';
comment on column fingerprints.hash is 'Hash of the shingle.';
comment on column fingerprints.document is 'The text.';

create table text_pairs (
    document integer not null,
    other integer not null,
    shared integer not null,
    in_document integer not null,
    in_other integer not null,
    longest integer not null,
    in_phrases boolean not null
);
comment on table text_pairs is 'One row per text and text that it was made from, or that was made from it: each pair twice.';
comment on column text_pairs.document is 'The one text.';
comment on column text_pairs.other is 'The other.';
comment on column text_pairs.shared is 'Shingles in both.';
comment on column text_pairs.in_document is 'Shingles of the one.';
comment on column text_pairs.in_other is 'Shingles of the other.';
comment on column text_pairs.longest is 'Longest run of shingles of the shorter text that the other has too.';
comment on column text_pairs.in_phrases is 'What they share are phrases all over the text, not passages: one was rewritten.';

alter table copies add column matched_id uuid;
alter table copies add column longest_passage integer;
comment on column copies.relation is 'exact, repost, excerpt, expansion, update (of the same outlet or wire, newer) or rewrite.';
comment on column copies.matched_id is 'The article whose text the shares are of: the original, or the nearest copy of it that was found.';
comment on column copies.longest_passage is 'Shingles of the longest passage that both have.';
comment on column copies.containment_in_original is 'Share of the copy''s shingles that the matched article has.';
comment on column copies.containment_of_original is 'Share of the matched article''s shingles that the copy has.';
