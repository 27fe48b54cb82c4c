-- Who writes this week's relevant articles: governments, media, think tanks, of which country?
select
    country,
    kind,
    articles,
    share,
    copies
from source_mix
where week = (select max(latest.week) from source_mix as latest)
order by articles desc, country asc, kind asc;
