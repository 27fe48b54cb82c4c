-- Who says that the two are opponents, and who that they are partners?
select
    evidence.tag as frame,
    evidence.speaker,
    source.country,
    count(distinct evidence.sentence) as sentences
from evidence
join articles_on_topic as article using (article_id)
join sources as source using (source_id)
where evidence.kind = 'frame' and evidence.speaker is not null
group by all
order by sentences desc, evidence.speaker asc, frame asc, source.country asc
limit 10;
