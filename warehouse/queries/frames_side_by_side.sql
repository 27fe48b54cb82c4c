-- How do the two countries' sources frame each other: share of articles, week by week?
select
    week,
    frame,
    max(share) filter (country = 'US') as us_share,
    max(share) filter (country = 'CN') as cn_share
from frames_by_country
group by week, frame
order by week desc, frame asc;
