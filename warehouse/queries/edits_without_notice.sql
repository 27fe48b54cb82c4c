-- Which figures were changed after publication without a word about it?
select
    source,
    title,
    words_removed,
    words_added,
    sentence_after
from revision_diff
where number_changed and not with_notice
order by seen_after desc, title asc, change asc;
