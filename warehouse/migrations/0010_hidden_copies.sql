-- A copy is shown where its original is off topic, a teaser, or only to be reviewed.

alter table copies add column is_hidden boolean default true;
comment on column copies.is_hidden is
'Its original stands for it; false for the first of the copies that are relevant, else to be reviewed, where the original is less, or a teaser.';

-- For what is stored load/6_hidden_copies.sql decides it when an article or its copies are seen or judged again.
