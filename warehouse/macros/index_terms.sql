-- The terms of a text by which it is searched, repetitions included: English words without plural, pairs of Chinese characters.
create or replace macro index_terms(prose) as list_filter(
    flatten(
        list_transform(
            regexp_extract_all(
                -- "U.S." is one word, "Huawei's" is Huawei.
                regexp_replace(
                    regexp_replace(
                        translate(
                            strip_accents(lower(prose)),
                            '０１２３４５６７８９ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ',
                            '0123456789abcdefghijklmnopqrstuvwxyz'
                        ),
                        '[''’]s\b', '', 'g'
                    ),
                    '\b([a-z])\.([a-z])\.(?:([a-z])\.)?', '\1\2\3', 'g'
                ),
                '[\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Nd}]+|[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]+'
            ),
            lambda run: case
                when regexp_matches(run, '^[a-z0-9]+$') then [index_stem(run)]
                when not regexp_matches(run, '^[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]{2}') then [run]
                else list_concat(regexp_extract_all(run, '..'), regexp_extract_all(run[2:], '..'))
            end
        )
    ),
    lambda term: term not in (
        'a', 'an', 'and', 'are', 'as', 'at', 'be', 'been', 'but', 'by', 'for', 'from', 'had', 'has', 'have', 'he', 'her',
        'his', 'i', 'if', 'in', 'into', 'is', 'it', 'its', 'not', 'of', 'on', 'or', 'she', 'that', 'the', 'their', 'them',
        'there', 'they', 'this', 'to', 'was', 'we', 'were', 'which', 'will', 'with', 'you'
    )
);
