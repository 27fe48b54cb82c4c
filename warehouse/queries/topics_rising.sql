-- Which topics rise this week against the four weeks before?
select
    topic,
    articles,
    articles_before,
    rise,
    stories
from topic_trends
where week = (select max(latest.week) from topic_trends as latest) and rise > 0
order by rise desc, topic asc;
