-- What did a ministry or an official say that an outlet quoted?
-- speaker: how the outlet calls whoever speaks, or a part of it
set variable speaker = '中方';
-- outlet: name of the outlet
set variable outlet = '科技晨报';

select distinct
    article.title,
    evidence.speaker,
    evidence.sentence
from evidence
join articles_on_topic as article using (article_id)
where article.source = getvariable('outlet') and contains(lower(evidence.speaker), lower(getvariable('speaker')))
order by article.title asc, evidence.sentence asc;
