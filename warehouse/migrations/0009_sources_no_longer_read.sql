-- Sources that no spider reads any more: given up, or renamed.

alter table sources add column is_read boolean default true;
comment on column sources.is_read is
'A spider reads it; false where none does any more (given up, or another source_id), and for hosts of foreign archives.';
