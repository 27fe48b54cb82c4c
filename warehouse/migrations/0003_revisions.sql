-- Which versions of an article are edits, what they changed, and versions that are none.

alter table articles add column version varchar;
update articles set version = md5(title || chr(0) || text_hash);
comment on column articles.version is 'Version whose title and text these are; several texts can be one version.';
comment on column articles.last_seen_at is 'Latest fetch that showed this text, or another one of the same extent.';

alter table revisions add column version varchar;
alter table revisions add column cause varchar;
alter table revisions add column last_seen_at timestamptz;
alter table revisions add column notice varchar default '';
alter table revisions add column extent varchar;
alter table revisions add column extractors varchar[];
alter table revisions add column lines bigint[] default [];
update revisions set
    version = md5(revisions.title || chr(0) || revisions.text_hash),
    cause = if(revision = 1, 'first', 'edited'),
    last_seen_at = revisions.seen_at,
    extent = case when article.headline_only then 'headline' when article.paywalled then 'teaser' else 'whole' end,
    extractors = [article.extractor_version]
from articles as article
where revisions.article_id = article.article_id;
comment on table revisions is 'One row per version of an article, from one visit to its page on; what changes by itself is no version.';
comment on column revisions.seen_at is 'First fetch that showed this version, after another one.';
comment on column revisions.title is 'Title of this version, as it was first seen.';
comment on column revisions.text is 'Text of this version, as it was first seen.';
comment on column revisions.text_hash is 'Hash of that text, normalised.';
comment on column revisions.version is 'Hash of all of its title and text that counts: without dates of the page, counters, adverts, setting.';
comment on column revisions.cause is 'first, edited (by the publisher), or extractor: read by another one than the version before.';
comment on column revisions.last_seen_at is 'Latest fetch that showed it before another version was seen; the next edit was made after it.';
comment on column revisions.notice is 'What it says of the edit that the version before does not: a correction, a note; empty for a silent edit.';
comment on column revisions.extent is 'whole, teaser (before a paywall) or headline (the summary that a feed gave).';
comment on column revisions.extractors is 'Extractors that read this version from its page.';
comment on column revisions.lines is 'Hashes of its short lines, by which lines that a source repeats are found.';

create table other_versions (
    article_id uuid not null,
    version varchar not null,
    reason varchar not null,
    seen_at timestamptz not null,
    title varchar not null,
    text varchar not null,
    text_hash varchar not null,
    extent varchar not null,
    extractors varchar[] not null,
    lines bigint[] not null
);
comment on table other_versions is 'One row per version of an article seen that is no revision of it.';
comment on column other_versions.article_id is 'The article.';
comment on column other_versions.version is 'Hash of its title and text, as in revisions.';
comment on column other_versions.reason is
'boilerplate (differs in lines that its source repeats), teaser or headline (where there is more), or cut (did not load whole).';
comment on column other_versions.seen_at is 'First fetch that showed it.';
comment on column other_versions.title is 'Title, as it was first seen.';
comment on column other_versions.text is 'Text, as it was first seen.';
comment on column other_versions.text_hash is 'Hash of that text, normalised.';
comment on column other_versions.extent is 'whole, teaser or headline.';
comment on column other_versions.extractors is 'Extractors that read it.';
comment on column other_versions.lines is 'Hashes of its short lines.';

create table edits (
    article_id uuid not null,
    revision integer not null,
    change integer not null,
    part varchar not null,
    kind varchar not null,
    place_before integer,
    place_after integer,
    sentence_before varchar not null,
    sentence_after varchar not null,
    words_removed varchar[] not null,
    words_added varchar[] not null,
    number_changed boolean not null
);
comment on table edits is
'One row per sentence, or title, that an edit changed, added or removed; the last 50 edits of an article, 200 changes of each.';
comment on column edits.article_id is 'The article.';
comment on column edits.revision is 'The revision that has it so.';
comment on column edits.change is 'Number of the change within the edit, from 1, in order of the text.';
comment on column edits.part is 'title or text.';
comment on column edits.kind is 'changed, added or removed.';
comment on column edits.place_before is 'Number of the sentence in the version before, from 1; NULL where it was added.';
comment on column edits.place_after is 'Number of the sentence in this version; NULL where it was removed.';
comment on column edits.sentence_before is 'The sentence in the version before; empty where it was added.';
comment on column edits.sentence_after is 'The sentence in this version; empty where it was removed.';
comment on column edits.words_removed is 'Runs of words that only the sentence before has.';
comment on column edits.words_added is 'Runs of words that only the sentence after has.';
comment on column edits.number_changed is 'A number in a changed sentence is another now.';

comment on column fetches.version is 'Hash of the title and text it showed, as in revisions; empty where it showed no article.';
comment on column fetches.etag is 'ETag of a discovery document or article, to ask for changes only; NULL for all else.';
comment on column fetches.body_hash is
'SHA-256 of the body of a discovery document, since sites are wrong about the other two; NULL where there was none (HTTP 304).';
