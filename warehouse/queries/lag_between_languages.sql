-- Which stories are told in both languages, and how much later in the second?
with firsts as (
    select
        story_id,
        arg_min(title, place) as first_title,
        min(appeared_at) filter (language = 'en') as in_english,
        min(appeared_at) filter (language = 'zh') as in_chinese
    from story_timeline
    group by story_id
)

select
    first_title,
    if(in_english < in_chinese, 'en', 'zh') as first_in,
    round(abs(date_diff('minute', in_english, in_chinese)) / 60, 1) as hours_later
from firsts
where in_english is not null and in_chinese is not null
order by hours_later desc, first_title asc;
