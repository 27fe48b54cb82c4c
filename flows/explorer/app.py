"""The explorer: a marimo app on the published snapshot. `bilateral explore` serves it."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Bilateral", css_file="app.css")


with app.setup:
    import os
    from pathlib import Path

    import marimo as mo

    from flows.explorer.answers import Explorer, Filters, options
    from flows.spool import Data


@app.cell
def _():
    explorer = Explorer(Data(Path(os.environ.get("BILATERAL_DATA", "data"))).snapshot)
    choices = explorer.choices()
    return choices, explorer


@app.cell
def _(choices):
    state = f"{choices['state'] or choices['last_day']:%Y-%m-%d %H:%M}"
    mo.md(f"# Bilateral\n\nUS–China AI policy, as of {state} UTC. Nothing here changes it.")


@app.cell
def _(choices):
    words = mo.ui.text(label="Words", placeholder="export controls 出口管制", full_width=True)
    days = mo.ui.date_range(
        start=choices["first_day"],
        stop=choices["last_day"],
        value=(choices["first_day"], choices["last_day"]),
        label="Days",
    )
    country = mo.ui.dropdown({"all": ""} | {name: name for name in choices["countries"]}, value="all", label="From")
    source = mo.ui.dropdown({"all": ""} | {name: name for name in choices["sources"]}, value="all", label="Source")
    topic = mo.ui.dropdown(
        {"all": ""} | {name.replace("_", " "): name for name in choices["topics"]}, value="all", label="Topic"
    )
    decision = mo.ui.dropdown(
        {"on topic": "on topic", "relevant": "relevant", "to review": "review", "off topic": "off_topic", "all": "all"},
        value="on topic",
        label="Decision",
    )
    copies = mo.ui.checkbox(label="copies too")
    mo.vstack([words, mo.hstack([days, country, source, topic, decision, copies], justify="start", wrap=True)])
    return copies, country, days, decision, source, topic, words


@app.cell
def _(copies, country, days, decision, source, topic, words):
    filters = Filters(
        words=words.value,
        first_day=days.value[0],
        last_day=days.value[1],
        country=country.value,
        source=source.value,
        topic=topic.value,
        decision=decision.value,
        copies=copies.value,
    )
    return (filters,)


@app.cell
def _(explorer, filters):
    articles, article_count = explorer.articles(filters)
    article_options = options(articles, "article_id")
    article = mo.ui.dropdown(article_options, value=next(iter(article_options), None), label="Read", full_width=True)
    return article, article_count, articles


@app.cell
def _(explorer, filters):
    stories, story_count = explorer.stories(filters)
    story_options = options(stories, "story_id")
    story = mo.ui.dropdown(story_options, value=next(iter(story_options), None), label="Follow", full_width=True)
    return stories, story, story_count


@app.cell
def _():
    trend_of = mo.ui.dropdown(
        {"topics": "topics", "people, agencies, companies": "entities"}, value="topics", label="Of"
    )
    sql = mo.ui.text_area(
        value="SELECT source, count(*) AS articles\nFROM relevant_articles\nGROUP BY source\nORDER BY articles DESC",
        rows=8,
        full_width=True,
        label="SQL, read-only (FROM dictionary says what there is)",
    )
    run = mo.ui.run_button(label="Run")
    return run, sql, trend_of


@app.cell
def _(explorer, run, sql):
    result = mo.md("Nothing has been asked yet.")
    if run.value:
        answer = explorer.run(sql.value)
        more = ", and there are more" if answer.more else ""
        result = mo.vstack(
            [
                mo.md(f"{len(answer.rows)} rows{more}."),
                mo.Html(explorer.result(answer)),
                mo.download(answer.csv, filename="result.csv", mimetype="text/csv", label="These rows as CSV"),
            ]
        )
    return (result,)


@app.cell
def _(
    article,
    article_count,
    articles,
    explorer,
    result,
    run,
    sql,
    stories,
    story,
    story_count,
    trend_of,
):
    of_articles = {"title": "Title", "source": "Source", "country": "From", "appeared_at": "Appeared (UTC)"}
    of_articles |= {"relevance": "Relevance", "decision": "Decision"}
    of_stories = {"title": "Story", "independent": "Independent", "articles": "Articles"}
    of_stories |= {"began_at": "Began (UTC)", "last_at": "Latest (UTC)"}
    mo.ui.tabs(
        {
            "Articles": mo.vstack(
                [
                    mo.md(f"{article_count} articles; {len(articles)} are shown."),
                    mo.Html(explorer.listed(articles, of_articles, "Articles")),
                    article,
                    mo.Html(explorer.article(article.value) if article.value else ""),
                ]
            ),
            "Stories": mo.vstack(
                [
                    mo.md(f"{story_count} stories in these days; {len(stories)} are shown."),
                    mo.Html(explorer.listed(stories, of_stories, "Stories")),
                    story,
                    mo.Html(explorer.story(story.value) if story.value else ""),
                ]
            ),
            "Trends": mo.vstack([trend_of, mo.Html(explorer.trends(trend_of.value))]),
            "Sources": mo.Html(explorer.sources()),
            "SQL": mo.vstack([sql, run, result]),
        }
    )


if __name__ == "__main__":
    app.run()
