--- Properties of mappers: what all have, and columns.
--
-- All: kind ("column", "relationship", "synonym", "composite"), key, parent (the Mapper that declared it), order, doc, info
-- ColumnProperty: columns (array; the first is the expression), expression, deferred, group, raiseload, active_history,
--   expire_on_flush, slot; strategy options of QUERY: instrument = false for polymorphic_on without attribute
return {public = {}}
