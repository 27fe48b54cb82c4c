-- A text cut at the ends of its sentences and lines, and long sentences every 200 characters or so.
create or replace macro passages(prose) as regexp_extract_all(
    prose, '(?:[^.!?。！？；\n]|[.!?][^\s]){1,200}[.!?。！？；]?'
);
