-- A text cut at the ends of its sentences and lines, and long sentences every 200 characters or so.
create or replace macro passages(prose) as regexp_extract_all(
    prose, '(?:\b(?:[A-Z]\.){1,4} ?|[^.!?。！？；\n]|[.!?][^\s]){1,200}[.!?。！？；]?'
);
