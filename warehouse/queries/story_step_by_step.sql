-- Who had a story first, who followed, who only copied?
-- url: address of any article in it
set variable url = 'http://harbor-wire.example/2026/11/19/commerce-adds-14-firms-entity-list';

select
    place,
    hours_after_first,
    source,
    country,
    relation,
    title
from story_timeline
where
    story_id = (
        select story_id
        from articles
        where url = getvariable('url')
    )
order by place;
