-- What is known of the people, agencies, companies and other things that tags of kind entity name.

create table entities (
    entity_id varchar primary key,
    name varchar not null,
    type varchar not null,
    country varchar not null,
    wikidata varchar not null
);
comment on table entities is 'One row per person, agency, company, law, model, chip or other named thing that articles are tagged with.';
comment on column entities.entity_id is 'Identifier: the tag in tags and evidence, where kind is entity.';
comment on column entities.name is 'Its usual English name.';
comment on column entities.type is 'person, agency, company, organisation, event, law, model, chip or technology.';
comment on column entities.country is 'ISO 3166 code of where it belongs (EU for the European Union); empty for international bodies.';
comment on column entities.wikidata is 'Its item in Wikidata; empty where none was checked.';

create table offices (
    entity_id varchar not null,
    office varchar not null,
    held_from date not null,
    held_to date
);
comment on table offices is 'One row per person and time in which the person held an office.';
comment on column offices.entity_id is 'The person.';
comment on column offices.office is 'The office.';
comment on column offices.held_from is 'First day; that of the month or year where no more is known.';
comment on column offices.held_to is 'Last day, likewise; NULL where no end is known.';

comment on column evidence.rule_id is 'Rule of the lexicon that matched; of an entity how it was recognised: name, context, short, surname or fuzzy.';
