-- Stories whose counts differ from their articles.
select story_id
from stories
join (
    select
        story_id,
        count(*) as found
    from articles
    group by story_id
) as counted using (story_id)
where article_count != found or independent_count < 1 or independent_count > article_count;
