-- What a term adds to the score of a text, by its weight, how often it occurs, and the text's length (1: the mean one).
create or replace macro bm25(weight, occurrences, length) as
-- The usual constants: k1 = 1.2, b = 0.75.
weight * 2.2 * occurrences / (occurrences + 1.2 * (0.25 + 0.75 * length));
