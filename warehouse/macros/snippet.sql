-- The first passage of a text that has the most terms of the query; of some 200 characters at most.
create or replace macro snippet(prose, query) as trim(
    coalesce(
        list_extract(
            passages(prose),
            list_position(
                list_transform(passages(prose), lambda part: len(list_intersect(index_terms(part), index_terms(query)))),
                list_max(
                    list_transform(passages(prose), lambda part: len(list_intersect(index_terms(part), index_terms(query))))
                )
            )
        ),
        ''
    )
);
