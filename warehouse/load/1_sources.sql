-- Sources as the spiders declare them now; hosts of foreign archives as they appear.
delete from sources
where source_id in (from batch_sources select source_id);
insert into sources by name
from batch_sources;

insert into sources
select
    source_id,
    source_id as name,
    'archive' as kind,
    '' as country,
    '' as language,
    'https://' || source_id || '/' as homepage,
    'none' as paywall,
    24 as cadence_hours
from (select distinct source_id from batch_fetches) as touched
where source_id not in (from sources select source_id);
