-- Who held an office on a day?
-- office: a part of its name
set variable office = 'Industry and Security';
-- day: the day
set variable day = '2024-06-01';

select
    entity.name,
    office.office,
    office.held_from,
    office.held_to
from offices as office
join entities as entity using (entity_id)
where
    contains(lower(office.office), lower(getvariable('office')))
    and getvariable('day')::date between office.held_from and coalesce(office.held_to, date '9999-12-31')
order by entity.name asc, office.held_from asc;
