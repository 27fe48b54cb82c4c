-- Evidence whose span is not inside the stored text.
select
    article_id,
    kind,
    tag,
    start_char,
    end_char
from evidence
join articles using (article_id)
where end_char > length(text) or start_char >= end_char or start_char < 0;
