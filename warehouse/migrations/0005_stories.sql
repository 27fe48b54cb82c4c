-- Stories are articles about the same event, made by a pass over the days; these days it has yet to look at.
create table story_days (
    day date not null
);
comment on table story_days is 'One row per day of which articles came, went or became others since stories were made.';
comment on column story_days.day is 'Day of publication or else first sight, in UTC.';

comment on table stories is 'One row per story: articles about the same event, and their copies.';
comment on column stories.story_id is 'Identifier: the article_id of the article in it that was seen first.';
comment on column stories.title is 'Title of the article that was seen first.';
comment on column stories.independent_count is 'Agencies and sources that reported it in a text of their own.';
comment on column articles.story_id is 'The story it is in; an off-topic article is one with its copies.';
comment on column tags.kind is 'facet, topic, entity, frame or agency (whose text the article is by its own words).';
