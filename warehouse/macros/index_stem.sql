-- The stem of an English word: how it is searched for; short words and those with digits stay as they are.
create or replace macro index_stem(word) as case
    when length(word) <= 3 or regexp_matches(word, '[^a-z]') then word
    else index_root(index_inflection(index_plural(word)))
end;
