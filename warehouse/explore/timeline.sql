-- One row per article of a story on topic, in order of appearance, the first two hundred.
select *
from story_timeline
where story_id = getvariable('story')::uuid
order by place
limit 200;
