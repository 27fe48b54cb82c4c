-- One row per article and entity that it names, with the offices that a person held when it was published.
create or replace view named_entities as
select
    article.article_id,
    article.published_at,
    article.title,
    entity.entity_id,
    entity.name,
    entity.type,
    entity.country,
    tag.score,
    (
        select list(office.office order by office.held_from)
        from offices as office
        where
            office.entity_id = entity.entity_id
            and (coalesce(article.published_at, article.first_seen_at) at time zone 'UTC')::date
            between office.held_from and coalesce(office.held_to, date '9999-12-31')
    ) as offices
from tags as tag
join articles as article using (article_id)
join entities as entity on tag.tag = entity.entity_id
where tag.kind = 'entity'
order by article.published_at desc, tag.score desc, entity.name asc;

comment on column named_entities.article_id is 'The article.';
comment on column named_entities.published_at is 'Publication; NULL where unknown.';
comment on column named_entities.title is 'Title of the article.';
comment on column named_entities.entity_id is 'The entity.';
comment on column named_entities.name is 'Its usual English name.';
comment on column named_entities.type is 'person, agency, company, organisation, event, law, model, chip or technology.';
comment on column named_entities.country is 'Where it belongs (ISO 3166); empty for international bodies.';
comment on column named_entities.score is 'How much the article is about it.';
comment on column named_entities.offices is 'Offices that the person held when the article was published; NULL where none is known.';
