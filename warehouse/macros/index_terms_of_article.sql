-- The terms by which an article is found: those of its title count three times.
create or replace macro index_terms_of_article(title, prose) as list_concat(
    index_terms(title), index_terms(title), index_terms(title), index_terms(prose)
);
