-- What each run did, stage by stage.

alter table runs add column stages struct(stage varchar, seconds double)[] default [];
alter table runs add column outcomes map(varchar, bigint) default map {};
comment on column runs.stages is 'Stages in the order in which they ended, each with the seconds it took; run.jsonl in the spool has more.';
comment on column runs.outcomes is 'How many addresses ended in each outcome; robots.txt files left out.';
