-- What people say about articles: their word stands above the tagger's.

create table labels (
    article_id uuid primary key,
    label varchar not null,
    topics varchar[] not null,
    note varchar not null,
    labelled_at timestamptz not null,
    labelled_by varchar not null
);
comment on table labels is 'One row per article that a person has judged; no load or retag changes it, and articles.decision follows it.';
comment on column labels.article_id is 'The article.';
comment on column labels.label is 'relevant or off_topic: what articles.decision is, whatever the tagger says.';
comment on column labels.topics is 'Topics of the article as the person sees it; may be empty. The tags table stays the tagger''s.';
comment on column labels.note is 'Why, in words; may be empty.';
comment on column labels.labelled_at is 'When; a later judgement replaces an earlier one.';
comment on column labels.labelled_by is 'Who.';

comment on column articles.relevance is '0 to 1: how much it is about US–China AI policy, as the tagger sees it, also where a person has judged.';
comment on column articles.decision is 'relevant, review or off_topic: the label, where a person has judged (table labels), else the tagger''s.';
