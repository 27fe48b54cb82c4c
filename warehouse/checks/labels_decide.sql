-- Articles whose decision is not what a person said.
select
    article_id,
    article.decision,
    label.label
from labels as label
join articles as article using (article_id)
where article.decision != label.label;
