-- An English word without endings such as -ation, -ment and -er.
create or replace macro index_root(word) as regexp_replace(
    regexp_replace(regexp_replace(word, '^(....+)y$', '\1i'), '^(....+?)(?:ational|ation|ator)$', '\1at'),
    '^(....+?)(?:ment|ness|ion|er|al|ist|ive)$', '\1'
);
