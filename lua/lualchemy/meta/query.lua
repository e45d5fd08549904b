---@meta _
--- Query: what it takes over from SELECT. Its other methods are commented where they stand (lua/lualchemy/orm/query*.lua).

---@class lualchemy.Query
---@field statement lualchemy.Select the SQL that it executes
---@field selectable lualchemy.Select the same
---@field session lualchemy.Session
---@field whereclause? lualchemy.ColumnElement
---@field column_descriptions table[]
---@field is_single_entity boolean
---@overload fun(entities: lualchemy.Expression|lualchemy.Expression[], session?: lualchemy.Session): lualchemy.Query
local Query = {}

--- The query is of that shard alone (of a ShardedSession's query).
---@param shard_id any
---@return lualchemy.Query
function Query:set_shard(shard_id) end

--- Adds conditions, joined by AND.
---@param ... lualchemy.Expression
---@return lualchemy.Query
function Query:filter(...) end
Query.where = Query.filter

---@param ... lualchemy.Expression
---@return lualchemy.Query
function Query:having(...) end

--- Joins from what is queried; a relationship says the target and the condition.
---@param target lualchemy.Expression
---@param onclause? lualchemy.Expression|lualchemy.JoinOptions
---@param options? lualchemy.JoinOptions
---@return lualchemy.Query
function Query:join(target, onclause, options) end

--- The same with LEFT OUTER JOIN.
---@param target lualchemy.Expression
---@param onclause? lualchemy.Expression|lualchemy.JoinOptions
---@param options? lualchemy.JoinOptions
---@return lualchemy.Query
function Query:outerjoin(target, onclause, options) end

--- Adds to ORDER BY; nil or false alone takes it away.
---@param ... lualchemy.Expression|nil
---@return lualchemy.Query
function Query:order_by(...) end

--- Adds to GROUP BY; nil or false alone takes it away.
---@param ... lualchemy.Expression|nil
---@return lualchemy.Query
function Query:group_by(...) end

---@param ... lualchemy.Expression
---@return lualchemy.Query
function Query:distinct(...) end

---@param limit? integer
---@return lualchemy.Query
function Query:limit(limit) end

---@param offset? integer
---@return lualchemy.Query
function Query:offset(offset) end

--- The rows from start up to, not with, stop: both count from 0, as Python's slices do.
---@param start? integer
---@param stop? integer
---@return lualchemy.Query
function Query:slice(start, stop) end

---@param ... lualchemy.FromClause|lualchemy.MappedClass|nil
---@return lualchemy.Query
function Query:correlate(...) end

---@param options? lualchemy.ForUpdateOptions
---@return lualchemy.Query
function Query:with_for_update(options) end

---@param ... string|lualchemy.ClauseElement|{dialect: string}
---@return lualchemy.Query
function Query:prefix_with(...) end

---@param ... string|lualchemy.ClauseElement|{dialect: string}
---@return lualchemy.Query
function Query:suffix_with(...) end

---@param selectable lualchemy.FromClause
---@param text string
---@param dialect_name? string|lualchemy.HintOptions
---@return lualchemy.Query
function Query:with_hint(selectable, text, dialect_name) end

---@param text string
---@param dialect_name? string|lualchemy.HintOptions
---@return lualchemy.Query
function Query:with_statement_hint(text, dialect_name) end

--- Adds columns, and classes, to what a row has.
---@param ... lualchemy.Expression
---@return lualchemy.Query
function Query:add_columns(...) end
Query.add_column = Query.add_columns
Query.add_entity = Query.add_columns

--- Objects that are there are filled anew from the rows.
---@param value? boolean
---@return lualchemy.Query
function Query:populate_existing(value) end

--- Does the session flush before the query?
---@param value? boolean
---@return lualchemy.Query
function Query:autoflush(value) end

--- Rows are fetched this many at a time.
---@param count integer
---@return lualchemy.Query
function Query:yield_per(count) end

--- Rows, also where one class alone is queried.
---@param value? boolean
---@return lualchemy.Query
function Query:only_return_tuples(value) end

--- false: relationships that are mapped to come with the rows do not.
---@param value? boolean
---@return lualchemy.Query
function Query:enable_eagerloads(value) end

---@param ... lualchemy.Query|lualchemy.SelectBase
---@return lualchemy.Query
function Query:union(...) end
Query.union_all = Query.union
Query.intersect = Query.union
Query.intersect_all = Query.union
Query.except_ = Query.union
Query.except_all = Query.union

---@class lualchemy.QuerySubqueryOptions
---@field name? string
---@field with_labels? boolean labels begin with the name of the table
---@field reduce_columns? boolean without columns that equal others

---@class lualchemy.SynchronizeOptions
---@field synchronize_session? "auto"|"evaluate"|"fetch"|boolean how objects of the session come to know (false: not)

---@class lualchemy.QueryUpdateOptions: lualchemy.SynchronizeOptions
---@field update_args? table options of dialects

---@class lualchemy.QueryDeleteOptions: lualchemy.SynchronizeOptions
---@field delete_args? table options of dialects

--- Of relationships with lazy = "dynamic": the query of their objects, with what changes them.
---@class lualchemy.AppenderQuery: lualchemy.Query
local AppenderQuery = {}

---@param item lualchemy.Instance
function AppenderQuery:append(item) end
AppenderQuery.add = AppenderQuery.append

---@param items lualchemy.Instance[]
function AppenderQuery:extend(items) end
AppenderQuery.add_all = AppenderQuery.extend

---@param item lualchemy.Instance
function AppenderQuery:remove(item) end

--- Of relationships with lazy = "write_only": nothing is loaded; statements say what is wanted.
---@class lualchemy.WriteOnlyCollection
local WriteOnlyCollection = {}
WriteOnlyCollection.append = AppenderQuery.append
WriteOnlyCollection.add = AppenderQuery.append
WriteOnlyCollection.extend = AppenderQuery.extend
WriteOnlyCollection.add_all = AppenderQuery.extend
WriteOnlyCollection.remove = AppenderQuery.remove

--- SELECT of the items.
---@return lualchemy.Select
function WriteOnlyCollection:select() end

--- UPDATE of the items.
---@return lualchemy.Update
function WriteOnlyCollection:update() end

--- DELETE of the items.
---@return lualchemy.Delete
function WriteOnlyCollection:delete() end

--- INSERT of items: the foreign key has the owner's value.
---@return lualchemy.Insert
function WriteOnlyCollection:insert() end
