---@meta _
--- INSERT, UPDATE and DELETE.

---@class lualchemy.HasHints: lualchemy.Executable
local HasHints = {}

---@class lualchemy.HintOptions
---@field selectable? lualchemy.FromClause
---@field text? string
---@field dialect_name? string

--- A hint for one table of the statement, for one dialect or all.
---@generic T
---@param self T
---@param selectable lualchemy.FromClause|string a string alone is the text
---@param text? string|lualchemy.HintOptions
---@param dialect_name? string|lualchemy.HintOptions
---@return T
function HasHints:with_hint(selectable, text, dialect_name) end

--- What the three have in common.
---@class lualchemy.UpdateBase: lualchemy.HasPrefixes, lualchemy.HasCTE, lualchemy.HasHints, lualchemy.HasSyntaxExtensions
---@field table lualchemy.FromClause
---@field entity_description table
---@field returning_column_descriptions table[]
local UpdateBase = {}

---@class lualchemy.ReturningOptions
---@field sort_by_parameter_order? boolean of INSERT: rows come in the order of the parameters

--- `RETURNING`: the statement gives rows.
---@generic T
---@param self T
---@param ... lualchemy.Expression|lualchemy.ReturningOptions
---@return T
function UpdateBase:returning(...) end

---@class lualchemy.ReturnDefaultsOptions
---@field supplemental_cols? lualchemy.ColumnElement[]
---@field sort_by_parameter_order? boolean

--- Fetches what the database filled in, for result.returned_defaults.
---@generic T
---@param self T
---@param ... lualchemy.Expression|lualchemy.ReturnDefaultsOptions
---@return T
function UpdateBase:return_defaults(...) end

--- Options of dialects: `{mysql_limit = 5}`.
---@generic T
---@param self T
---@param options table<string, any>
---@return T
function UpdateBase:with_dialect_options(options) end

---@class lualchemy.ValuesBase: lualchemy.UpdateBase
local ValuesBase = {}

--- Values by column: `{name = "x"}`, `{[t.c.name] = "x"}`; of INSERT also an array of such tables, or of values in order.
---@generic T
---@param self T
---@param ... table
---@return T
function ValuesBase:values(...) end

--- Defaults that are SQL stand in the statement; nothing is fetched.
---@generic T
---@param self T
---@return T
function ValuesBase:inline() end

--- INSERT, made by la.insert().
---@class lualchemy.Insert: lualchemy.ValuesBase
---@field select? lualchemy.SelectBase that of from_select()
---@field include_insert_from_select_defaults boolean
---@field excluded lualchemy.ColumnCollection the row that was to be inserted; of the insert() of PostgreSQL and SQLite
---@field inserted lualchemy.ColumnCollection the same, of MySQL's insert()
---@field inserted_alias lualchemy.FromClause
local Insert = {}

---@class lualchemy.FromSelectOptions
---@field names? (string|lualchemy.ColumnElement)[]
---@field select? lualchemy.SelectBase
---@field include_defaults? boolean defaults of other columns are selected, too (true unless given)

--- `INSERT INTO … SELECT …`
---@param names (string|lualchemy.ColumnElement)[] the columns
---@param select lualchemy.ReturnsRows
---@param options? lualchemy.FromSelectOptions
---@return lualchemy.Insert
function Insert:from_select(names, select, options) end

---@class lualchemy.OnConflictOptions
---@field constraint? string|lualchemy.Constraint|lualchemy.Index
---@field index_elements? (string|lualchemy.ColumnElement)[]
---@field index_where? lualchemy.Expression

---@class lualchemy.OnConflictUpdateOptions: lualchemy.OnConflictOptions
---@field set_ any values by column, or a collection of columns
---@field where? lualchemy.Expression

--- `ON CONFLICT DO NOTHING`, of la.postgresql.insert() and la.sqlite.insert().
---@param options? lualchemy.OnConflictOptions
---@return lualchemy.Insert
function Insert:on_conflict_do_nothing(options) end

--- `ON CONFLICT DO UPDATE SET …`, likewise.
---@param options lualchemy.OnConflictUpdateOptions
---@return lualchemy.Insert
function Insert:on_conflict_do_update(options) end

--- `ON DUPLICATE KEY UPDATE …`, of la.mysql.insert(): `{name = value}`, or `{{name, value}, …}` in this order.
---@param ... table
---@return lualchemy.Insert
function Insert:on_duplicate_key_update(...) end

--- What UPDATE and DELETE have in common.
---@class lualchemy.DMLWhere: lualchemy.UpdateBase
---@field whereclause? lualchemy.ColumnElement
local DMLWhere = {}

--- Adds conditions, joined by AND.
---@generic T
---@param self T
---@param ... lualchemy.Expression
---@return T
function DMLWhere:where(...) end
DMLWhere.filter = DMLWhere.where

--- Adds conditions on attributes: `{name = "x"}`.
---@generic T
---@param self T
---@param values table<string, any>
---@return T
function DMLWhere:filter_by(values) end

--- UPDATE, made by la.update().
---@class lualchemy.Update: lualchemy.ValuesBase, lualchemy.DMLWhere
local Update = {}

--- SET in this order: `{t.c.a, 1}, {t.c.b, 2}`.
---@param ... {[1]: string|lualchemy.ColumnElement, [2]: any}
---@return lualchemy.Update
function Update:ordered_values(...) end

--- DELETE, made by la.delete().
---@class lualchemy.Delete: lualchemy.DMLWhere
local Delete = {}

--- `DELETE FROM table USING …`: further tables, or joins, where the database has that.
---@param ... lualchemy.FromClause|lualchemy.MappedClass
---@return lualchemy.Delete
function Delete:using(...) end
