-- Why does an article have a topic?
-- url: its address
set variable url = 'http://www.shangwu.example/article/xwfb/entity-list-statement.html';
-- topic: the topic
set variable topic = 'export_controls';

select
    evidence.rule_id,
    article.text[evidence.start_char + 1:evidence.end_char] as phrase,
    evidence.sentence
from evidence
join articles as article using (article_id)
where article.url = getvariable('url') and evidence.tag = getvariable('topic')
order by evidence.start_char asc nulls first, evidence.rule_id asc;
