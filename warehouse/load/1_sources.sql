-- Sources as the spiders declare them now, those that none declares any more marked so; hosts of foreign archives as they
-- appear.
delete from sources
where source_id in (from batch_sources select source_id);
insert into sources by name
select
    *,
    true as is_read
from batch_sources;

-- To extract again is no reading, and declares none.
update sources set is_read = false
where is_read and exists (from batch_sources) and source_id not in (from batch_sources select source_id);

insert into sources by name
select
    source_id,
    source_id as name,
    'archive' as kind,
    '' as country,
    '' as language,
    'https://' || source_id || '/' as homepage,
    'none' as paywall,
    24 as cadence_hours,
    false as is_read
from (select distinct source_id from batch_fetches) as touched
where source_id not in (from sources select source_id);
