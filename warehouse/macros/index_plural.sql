-- An English word in the singular.
create or replace macro index_plural(word) as case
    when not ends_with(word, 's') or regexp_matches(word, '(ss|us|is|[0-9]s)$') then word
    when ends_with(word, 'ies') and length(word) > 4 then word[:-4] || 'y'
    when regexp_matches(word, '(x|ch|sh|ss|z)es$') then word[:-3]
    else word[:-2]
end;
