-- What was changed in a page, sentence by sentence?
-- url: its address
set variable url = 'http://harbor-wire.example/2026/11/18/texas-charges-gpu-smuggling';

select
    revision,
    part,
    kind,
    sentence_before,
    sentence_after
from revision_diff
where url = getvariable('url')
order by revision asc, change asc;
