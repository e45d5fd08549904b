--- What joins the two sides of a relationship: conditions, directions and pairs (SQLAlchemy's JoinCondition).
--
--   JoinCondition.new(relationship) -> {primaryjoin, secondaryjoin, direction, local_remote_pairs, synchronize_pairs,
--     secondary_synchronize_pairs, remote {[column] = true}, foreign {[column] = true}, local_columns, remote_columns,
--     foreign_key_columns, deannotated_primaryjoin, deannotated_secondaryjoin, support_sync}
--   jc:sides(expression) calls fn(column occurrence, {remote, foreign, parententity}) …
--   The same column may stand on both sides (self references): an occurrence is told apart by annotation, see below.
return {}
