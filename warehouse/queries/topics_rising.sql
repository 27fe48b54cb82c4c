-- Which topics rise this week against the four weeks before?
select
    topic,
    articles,
    articles_before,
    rise,
    stories
from topic_trends
where week = (select max(week) from topic_trends) and rise > 0
order by rise desc, topic asc;
