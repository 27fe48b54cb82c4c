-- Who and what is named together with something, in how many articles?
-- entity: its id, name or another name
set variable entity = 'Entity List';

select
    entity.name,
    entity.type,
    entity.country,
    count(*) as articles
from about(getvariable('entity')) as article
join tags as tag using (article_id)
join entities as entity on tag.tag = entity.entity_id
where tag.kind = 'entity' and entity.name != article.entity
group by all
order by articles desc, entity.name asc
limit 10;
