-- The tables of the warehouse contract.

create table sources (
    source_id varchar primary key,
    name varchar not null,
    kind varchar not null,
    country varchar not null,
    language varchar not null,
    homepage varchar not null,
    paywall varchar not null,
    cadence_hours integer not null
);
comment on table sources is 'One row per source.';
comment on column sources.source_id is 'Identifier: the name of the spider, or the host for articles loaded from archives.';
comment on column sources.name is 'Name for people.';
comment on column sources.kind is 'government, state_media, media, trade_press, think_tank, newsletter, aggregator or archive.';
comment on column sources.country is 'ISO 3166 code of the country it speaks from; empty where unknown.';
comment on column sources.language is 'ISO 639 code of most of its articles; empty where unknown.';
comment on column sources.homepage is 'Address of its home page.';
comment on column sources.paywall is 'none, metered or hard.';
comment on column sources.cadence_hours is 'Hours after which it is due to be read again.';

create table runs (
    run_id varchar primary key,
    kind varchar not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    status varchar not null,
    version varchar not null,
    links bigint not null default 0,
    fetched bigint not null default 0,
    articles_new bigint not null default 0,
    articles_revised bigint not null default 0,
    copies bigint not null default 0,
    relevant bigint not null default 0,
    review bigint not null default 0,
    off_topic bigint not null default 0,
    failed bigint not null default 0,
    errors varchar[] not null default []
);
comment on table runs is 'One row per run of the pipeline.';
comment on column runs.run_id is 'Identifier: UTC start time and a random suffix; archive files begin with it.';
comment on column runs.kind is 'ingest, load, retag, reextract or demo.';
comment on column runs.started_at is 'When it started.';
comment on column runs.finished_at is 'When it ended; NULL while it runs or when it was killed.';
comment on column runs.status is 'running, ok, failed, or interrupted (killed; a later run finished its work).';
comment on column runs.version is 'Version of Bilateral that ran.';
comment on column runs.links is 'Discover: links seen in feeds, sitemaps and APIs.';
comment on column runs.fetched is 'Fetch: URLs touched.';
comment on column runs.articles_new is 'Store: articles not stored before.';
comment on column runs.articles_revised is 'Store: articles whose text or title had changed.';
comment on column runs.copies is 'Deduplicate: new articles that copy an earlier one.';
comment on column runs.relevant is 'Tag: new articles decided relevant.';
comment on column runs.review is 'Tag: new articles to be judged by a person.';
comment on column runs.off_topic is 'Tag: new articles off topic.';
comment on column runs.failed is 'URLs that gave neither an article nor links.';
comment on column runs.errors is 'What went wrong, a line each: what, where, why.';

create table warc_files (
    warc_file varchar primary key,
    run_id varchar not null,
    bytes bigint not null,
    damaged bigint not null default 0,
    next_offset bigint
);
comment on table warc_files is 'One row per WARC file whose records are loaded, all or some of them.';
comment on column warc_files.warc_file is 'Path inside the archive, or absolute path of a file loaded from elsewhere.';
comment on column warc_files.run_id is 'Run that wrote it, or that loaded it from elsewhere.';
comment on column warc_files.bytes is 'Its size when it was loaded.';
comment on column warc_files.damaged is 'Parts of it that could not be read.';
comment on column warc_files.next_offset is 'Byte at which loading goes on; NULL where it has been read to its end.';

create table fetches (
    run_id varchar not null,
    source_id varchar not null,
    role varchar not null,
    url varchar not null,
    url_key varchar not null,
    link_key varchar not null,
    outcome varchar not null,
    http_status integer,
    bytes bigint,
    fetched_at timestamptz not null,
    warc_file varchar,
    warc_offset bigint,
    warc_length bigint,
    error varchar not null default '',
    version varchar not null default '',
    etag varchar,
    last_modified varchar,
    body_hash varchar
);
comment on table fetches is 'One row per URL touched in a run.';
comment on column fetches.run_id is 'Run that touched it.';
comment on column fetches.source_id is 'Source it was fetched for.';
comment on column fetches.role is 'article, discovery (feed, sitemap, API) or robots.';
comment on column fetches.url is 'Address that was asked for.';
comment on column fetches.url_key is 'Identity of that address; empty where it has none.';
comment on column fetches.link_key is 'Identity of the address as discovered, before redirects and API detours.';
comment on column fetches.outcome is 'What became of it; the vocabulary is spiders/outcomes.py.';
comment on column fetches.http_status is 'Status of the answer; NULL without an answer.';
comment on column fetches.bytes is 'Size of the decoded body; NULL without an answer.';
comment on column fetches.fetched_at is 'When it was answered or given up.';
comment on column fetches.warc_file is 'File that holds the answer; NULL without an answer.';
comment on column fetches.warc_offset is 'Byte offset of the record in it.';
comment on column fetches.warc_length is 'Bytes the record takes there; 0 in files that are not compressed record by record.';
comment on column fetches.error is 'Why there is no article, in words.';
comment on column fetches.version is 'Hash of the title and normalised text it showed; empty where it showed no article.';
comment on column fetches.etag is 'ETag of a discovery document that was read, to ask for changes only; NULL for all else.';
comment on column fetches.last_modified is 'Its Last-Modified, likewise.';
comment on column fetches.body_hash is 'SHA-256 of its body, since sites are wrong about the other two; NULL where there was none (HTTP 304).';

create table articles (
    article_id uuid primary key,
    url varchar not null,
    url_key varchar not null,
    canonical varchar not null,
    source_id varchar not null,
    title varchar not null,
    authors varchar[] not null,
    published_at timestamptz,
    published_precision varchar not null,
    published_source varchar not null,
    updated_at timestamptz,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    language varchar not null,
    section varchar not null,
    description varchar not null,
    image varchar not null,
    text varchar not null,
    word_count integer not null,
    text_hash varchar not null,
    paywalled boolean not null,
    headline_only boolean not null,
    relevance double not null,
    decision varchar not null,
    story_id uuid,
    run_id varchar not null,
    extractor_version varchar not null,
    tagger_version varchar not null
);
comment on table articles is 'One row per article (one url_key).';
comment on column articles.article_id is 'uuid5(NAMESPACE_URL, url_key): the same everywhere and always.';
comment on column articles.url is 'Address of the latest version, as fetched.';
comment on column articles.url_key is 'Identity of the address: two spellings of one address share it.';
comment on column articles.canonical is 'Address that the page gives as its own; empty where it gives none, or the one it was fetched from.';
comment on column articles.source_id is 'Source that showed it first.';
comment on column articles.title is 'Title without the site''s name; empty where the page has none.';
comment on column articles.authors is 'People the page names as authors; where it names none, the organisation.';
comment on column articles.published_at is 'Publication; for precision day the start of the day at the source; NULL where unknown.';
comment on column articles.published_precision is 'instant, day or none.';
comment on column articles.published_source is 'json-ld, meta, time, text, script, page, feed, url or htmldate; future where a date was refused.';
comment on column articles.updated_at is 'Last change as the page or feed states it.';
comment on column articles.first_seen_at is 'First fetch. What is new today is new by this column.';
comment on column articles.last_seen_at is 'Latest fetch.';
comment on column articles.language is 'ISO 639 code of the text; empty where it cannot be told.';
comment on column articles.section is 'Section of the site, as the page names it.';
comment on column articles.description is 'Summary, as the page gives it to search engines.';
comment on column articles.image is 'Address of its main picture.';
comment on column articles.text is 'Article text of the latest version, one paragraph a line.';
comment on column articles.word_count is 'Words, plus characters of Chinese, Japanese and Korean.';
comment on column articles.text_hash is 'Hash of the normalised text: equal for texts that differ in case, space and punctuation only.';
comment on column articles.paywalled is 'The text is a teaser before a paywall.';
comment on column articles.headline_only is 'The page was not fetched; the text is the summary that its feed gave, if any.';
comment on column articles.relevance is '0 to 1: how much it is about US–China AI policy.';
comment on column articles.decision is 'relevant, review or off_topic.';
comment on column articles.story_id is 'Story it belongs to.';
comment on column articles.run_id is 'Run whose fetch gave the latest version.';
comment on column articles.extractor_version is 'Extractor that read the text.';
comment on column articles.tagger_version is 'Lexicon, profile and weights that judged it.';

create table revisions (
    article_id uuid not null,
    revision integer not null,
    seen_at timestamptz not null,
    title varchar not null,
    text varchar not null,
    text_hash varchar not null
);
comment on table revisions is 'One row per version of an article seen.';
comment on column revisions.article_id is 'The article.';
comment on column revisions.revision is '1 for the first version seen, then counting.';
comment on column revisions.seen_at is 'First fetch that showed this version.';
comment on column revisions.title is 'Title of this version.';
comment on column revisions.text is 'Text of this version.';
comment on column revisions.text_hash is 'Hash of its normalised text.';

create table copies (
    article_id uuid primary key,
    original_id uuid not null,
    relation varchar not null,
    containment_in_original double not null,
    containment_of_original double not null,
    shared_shingles integer not null
);
comment on table copies is 'One row per article that copies an earlier one.';
comment on column copies.article_id is 'The copy.';
comment on column copies.original_id is 'The earliest article with that text.';
comment on column copies.relation is 'exact, repost, excerpt, expansion, update or rewrite; this version finds exact.';
comment on column copies.containment_in_original is 'Share of the copy''s shingles that the original has.';
comment on column copies.containment_of_original is 'Share of the original''s shingles that the copy has.';
comment on column copies.shared_shingles is 'Shingles in both.';

create table stories (
    story_id uuid primary key,
    title varchar not null,
    first_published_at timestamptz,
    last_published_at timestamptz,
    article_count integer not null,
    independent_count integer not null
);
comment on table stories is 'One row per story (same event); in this version an article and its copies.';
comment on column stories.story_id is 'Identifier: the article_id of its first article.';
comment on column stories.title is 'Title of its first article.';
comment on column stories.first_published_at is 'Earliest publication in it.';
comment on column stories.last_published_at is 'Latest publication in it.';
comment on column stories.article_count is 'Articles in it, copies included.';
comment on column stories.independent_count is 'Articles in it that copy no other.';

create table tags (
    article_id uuid not null,
    kind varchar not null,
    tag varchar not null,
    score double not null
);
comment on table tags is 'One row per article and tag.';
comment on column tags.article_id is 'The article.';
comment on column tags.kind is 'facet, topic, entity or frame.';
comment on column tags.tag is 'The tag''s identifier in the lexicon.';
comment on column tags.score is 'How strongly; comparable within a kind.';

create table evidence (
    article_id uuid not null,
    kind varchar not null,
    tag varchar not null,
    rule_id varchar not null,
    start_char integer,
    end_char integer,
    sentence varchar not null,
    speaker varchar
);
comment on table evidence is 'One row per reason for a tag.';
comment on column evidence.article_id is 'The article.';
comment on column evidence.kind is 'Kind of the tag.';
comment on column evidence.tag is 'The tag.';
comment on column evidence.rule_id is 'Rule of the lexicon that matched.';
comment on column evidence.start_char is 'First character of the match in articles.text, counted from 0; NULL for a match in the title.';
comment on column evidence.end_char is 'Character after the match; NULL for a match in the title.';
comment on column evidence.sentence is 'Sentence around the match, or the title.';
comment on column evidence.speaker is 'Who says it, where the sentence attributes it.';

create table seeds (
    seed_id varchar primary key,
    title varchar not null,
    language varchar not null,
    word_count integer not null,
    added_at timestamptz not null
);
comment on table seeds is 'One row per seed document.';
comment on column seeds.seed_id is 'Identifier of the document.';
comment on column seeds.title is 'Its title.';
comment on column seeds.language is 'ISO 639 code.';
comment on column seeds.word_count is 'Length after cleaning.';
comment on column seeds.added_at is 'When this warehouse first knew it.';

create table seed_matches (
    article_id uuid not null,
    seed_id varchar not null,
    similarity double not null,
    containment double not null
);
comment on table seed_matches is 'One row per article and seed document that are similar.';
comment on column seed_matches.article_id is 'The article.';
comment on column seed_matches.seed_id is 'The seed document.';
comment on column seed_matches.similarity is 'Cosine of their TF-IDF vectors, 0 to 1.';
comment on column seed_matches.containment is 'Share of the article''s sampled shingles that the seed has.';
