-- What full-text search looks things up in, other names of entities, and facts about the database as a whole.

create table search_terms (
    term_id integer not null,
    term varchar not null,
    documents integer not null
);
comment on table search_terms is 'One row per term of the stored articles: the stem of an English word, or two Chinese characters.';
comment on column search_terms.term_id is 'Number by which search_postings refers to it.';
comment on column search_terms.term is 'The term, as the macro index_terms makes it.';
comment on column search_terms.documents is 'Articles that have it.';

create table search_postings (
    term_id integer not null,
    document integer not null,
    occurrences integer not null
);
comment on table search_postings is 'One row per term and article that has it.';
comment on column search_postings.term_id is 'The term.';
comment on column search_postings.document is 'The article, by its number in search_documents.';
comment on column search_postings.occurrences is 'How often it has it; in the title counts three times.';

create table search_documents (
    document integer not null,
    article_id uuid not null,
    length integer not null,
    content ubigint not null,
    hidden boolean not null
);
comment on table search_documents is 'One row per article, as it is indexed for search.';
comment on column search_documents.document is 'Number by which search_postings refers to it, in order of arrival.';
comment on column search_documents.article_id is 'The article.';
comment on column search_documents.length is 'Its terms, those of the title three times.';
comment on column search_documents.content is 'Hash of the title and text that are indexed.';
comment on column search_documents.hidden is 'Off topic, a copy or a teaser: found only when asked for everything.';

create table meta (
    name varchar not null,
    value varchar not null,
    meaning varchar not null
);
comment on table meta is 'One row per fact about this database as a whole, as of the end of its latest run.';
comment on column meta.name is 'Which fact.';
comment on column meta.value is 'The fact, in words or figures.';
comment on column meta.meaning is 'What it says.';

alter table entities add column aliases varchar[] default [];
comment on column entities.aliases is 'Names, English and Chinese, that mean it wherever they stand.';
