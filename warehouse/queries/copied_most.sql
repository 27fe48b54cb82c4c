-- Whose texts are printed by others most, and how soon by the first?
select
    first_publisher,
    count(*) as copies,
    count(distinct copied_by) as outlets,
    min(hours_later) as hours_to_first
from syndication
group by first_publisher
order by copies desc, first_publisher asc;
