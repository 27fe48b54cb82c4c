-- One row per table, view and macro of this database, and per column of these, with what it means.
create or replace view dictionary as
with things as (
    select
        table_name as name,
        'table' as kind,
        comment as meaning
    from duckdb_tables()
    where database_name = current_database() and schema_name = 'main' and not internal and not temporary
    union all
    select
        view_name as name,
        'view' as kind,
        comment as meaning
    from duckdb_views()
    where database_name = current_database() and schema_name = 'main' and not internal and not temporary
    union all
    select distinct
        function_name || '(' || array_to_string(parameters, ', ') || ')' as name,
        case when function_type = 'table_macro' then 'table macro' else 'macro' end as kind,
        comment as meaning
    from duckdb_functions()
    where database_name = current_database() and schema_name = 'main' and not internal
)

select
    name,
    kind,
    '' as column_name,
    '' as type,
    meaning,
    0 as place
from things
union all
select
    columns.table_name as name,
    things.kind,
    columns.column_name,
    columns.data_type as type,
    columns.comment as meaning,
    columns.column_index as place
from duckdb_columns() as columns
join things on columns.table_name = things.name
where columns.database_name = current_database() and columns.schema_name = 'main' and not columns.internal
order by kind, name, place;

comment on column dictionary.name is 'Name of the table, view or macro; a macro with its parameters.';
comment on column dictionary.kind is 'table, view, macro or table macro.';
comment on column dictionary.column_name is 'The column; empty for the thing itself.';
comment on column dictionary.type is 'Type of the column.';
comment on column dictionary.meaning is 'What it means.';
comment on column dictionary.place is 'Place of the column, from 1; 0 for the thing itself.';
