-- Which stories does one of the two countries not report at all?
select
    first_article.title,
    gap.silent_country,
    gap.sources,
    gap.independent_count
from coverage_gaps as gap
join story_timeline as first_article using (story_id)
where first_article.place = 1
order by gap.independent_count desc, first_article.title asc;
