-- What each run did, stage by stage.

alter table runs add column stages struct(stage varchar, seconds double)[] default [];
alter table runs add column outcomes struct(outcome varchar, addresses bigint)[] default [];
comment on column runs.stages is 'Stages in the order in which they ended, each with the seconds it took in all; run.jsonl in the spool has more.';
comment on column runs.outcomes is 'How many addresses ended in each outcome, the most frequent first; robots.txt files left out.';
