-- One row per article that credits agencies with its text: with whose voice it speaks, where several outlets print it.
create or replace view credited_agencies as
select
    article_id,
    min(tag) as agency,
    list(tag order by tag asc) as agencies
from tags
where kind = 'agency'
group by article_id;

comment on column credited_agencies.article_id is 'The article.';
comment on column credited_agencies.agency is 'The agency as whose text it counts; of several the first by name.';
comment on column credited_agencies.agencies is 'All agencies that it credits.';
