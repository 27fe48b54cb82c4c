-- Which topics does each side write about most?
select
    tag.tag as topic,
    count(*) filter (article.country = 'US') as us_articles,
    count(*) filter (article.country = 'CN') as cn_articles
from articles_on_topic as article
join tags as tag using (article_id)
where tag.kind = 'topic'
group by tag.tag
order by us_articles + cn_articles desc, topic asc
limit 10;
