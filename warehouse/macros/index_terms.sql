-- The terms of a text by which it is searched, repetitions included: stems of English words, pairs of Chinese characters.
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
                -- Below this are Latin, Greek, Cyrillic and Arabic letters; above it what is written without spaces.
                when unicode(run) < 4352 then [index_stem(run)]
                when length(run) = 1 then [run]
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
