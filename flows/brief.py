"""The daily brief: one self-contained HTML file from the published snapshot."""

from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.spool import whole
from warehouse.snapshot import query

GROUPS = (
    ("primary", "Governments"),
    ("us", "Published in the United States"),
    ("cn", "Published in China"),
    ("other", "Elsewhere"),
)

_STORIES = """
with today as (
    select *
    from articles
    where first_seen_at::date = $day and decision = 'relevant' and not paywalled
),

copied as (
    select copies.original_id, list(distinct sources.name order by sources.name) as outlets
    from copies
    join today as copy on copy.article_id = copies.article_id
    join sources on sources.source_id = copy.source_id
    group by copies.original_id
)

select
    today.title,
    today.url,
    today.language,
    today.relevance,
    sources.name as source,
    case today.published_precision
        when 'instant' then strftime(today.published_at, '%Y-%m-%d %H:%M UTC')
        when 'day' then strftime(today.published_at, '%Y-%m-%d')
    end as published,
    case
        when sources.kind = 'government' then 'primary'
        when sources.country = 'US' then 'us'
        when sources.country = 'CN' then 'cn'
        else 'other'
    end as side,
    coalesce(copied.outlets, []) as outlets,
    (
        select list(tag order by score desc)
        from tags
        where tags.article_id = today.article_id and kind = 'topic'
    ) as topics,
    (
        select sentence
        from evidence
        where evidence.article_id = today.article_id and start_char is not null and kind != 'entity'
        group by sentence
        order by count(distinct tag) desc, min(start_char)
        limit 1
    ) as why
from today
join sources using (source_id)
left join copied on copied.original_id = today.article_id
where today.article_id not in (select article_id from copies)
order by today.relevance desc, today.title
"""
_REVISIONS = """
select articles.title, articles.url, sources.name as source, revisions.revision, revisions.notice
from revisions
join articles using (article_id)
join sources using (source_id)
where revisions.seen_at::date = $day and revisions.cause = 'edited' and articles.decision != 'off_topic'
order by articles.title
"""
_COUNTS = """
select
    count(*) as new,
    count(*) filter (decision = 'review') as review,
    count(*) filter (article_id in (select article_id from copies)) as copies
from articles
where first_seen_at::date = $day
"""
_PROBLEMS = "select distinct unnest(errors) as problem from runs where started_at::date = $day order by problem"


def write_brief(snapshot: Path, folder: Path, day: date) -> Path:
    """Write the brief of a day: relevant articles first seen on it (UTC), changes, and sources that gave nothing.

    Args:
        snapshot: the published database.
        folder: where `<day>.html` goes; an older one is replaced.
        day: the day.

    Raises:
        NoSnapshot: nothing has been published yet.
    """

    def rows(sql: str) -> list[dict[str, Any]]:
        result = query(snapshot, sql, {"day": day})
        return [dict(zip(result.columns, row, strict=True)) for row in result.rows]

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    page = templates.get_template("brief.html.j2").render(
        day=day.isoformat(),
        groups=GROUPS,
        stories=rows(_STORIES),
        revisions=rows(_REVISIONS),
        problems=[row["problem"] for row in rows(_PROBLEMS)],
        **rows(_COUNTS)[0],
    )
    folder.mkdir(parents=True, exist_ok=True)
    brief = folder / f"{day.isoformat()}.html"
    with whole(brief) as file:
        file.write(page.encode())
    return brief
