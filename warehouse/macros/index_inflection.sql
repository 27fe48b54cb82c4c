-- An English word without -ing, -ed, a silent -e and the doubling before them.
create or replace macro index_inflection(word) as regexp_replace(
    case
        when regexp_matches(word, '^.*[aeiouy].*(?:ing|[^e]ed)$') and regexp_matches(word, '^...+(?:ing|ed)$')
            then regexp_replace(
                regexp_replace(word, '(?:ing|ed)$', ''), '(?:(b)b|(d)d|(f)f|(g)g|(m)m|(n)n|(p)p|(r)r|(t)t)$', '\1\2\3\4\5\6\7\8\9'
            )
        else word
    end,
    '^(....+)e$|^(.....+l)l$', '\1\2'
);
