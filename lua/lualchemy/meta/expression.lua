---@meta _
--- What every expression answers to. Operators return expressions; nothing is compared in Lua.

--- Something that may stand in a statement, a Lua value (which becomes a bind parameter), or la.NULL for None.
---@alias lualchemy.Expression lualchemy.ClauseElement|lualchemy.MappedClass|string|number|boolean|table|userdata

---@class lualchemy.CompileOptions
---@field dialect? string|lualchemy.Dialect its name or object; without it the SQL is that of tostring()
---@field bind? lualchemy.Engine|lualchemy.Connection the dialect of this one
---@field paramstyle? "named"|"qmark"|"format"|"pyformat"|"numeric"|"numeric_dollar"
---@field literal_binds? boolean values stand in the text; an error where a type has no literals
---@field render_postcompile? boolean IN lists are spelt out
---@field column_keys? string[] the columns that INSERT and UPDATE name
---@field schema_translate_map? table<string|userdata, string> schema names for others; `[la.NULL]` for none
---@field render_schema_translate? boolean
---@field for_executemany? boolean
---@field inline? boolean
---@field compile_kwargs? table the same options as a table, as in Python

--- All that SQL is made of. Immutable: methods return new objects.
---@class lualchemy.ClauseElement
---@field is_clause_element boolean
---@field is_selectable boolean can it be selected from?
---@field is_select boolean
---@field is_insert boolean
---@field is_update boolean
---@field is_delete boolean
---@field is_dml boolean
---@field is_text boolean
---@field is_from_statement boolean
---@field supports_execution boolean
local ClauseElement = {}

--- Is x of this class? False for anything else.
---@param x any
---@return boolean
function ClauseElement:is(x) end

--- A class of constructs derived from this one; la.compiles says how they become SQL.
---@param name string
---@param body? table
---@return any
function ClauseElement:class(name, body) end

--- The SQL for a dialect.
---@param options? lualchemy.CompileOptions
---@return lualchemy.Compiled
function ClauseElement:compile(options) end

--- The constructs that it is directly made of.
---@return lualchemy.ClauseElement[]
function ClauseElement:get_children() end

--- Have both the same structure?
---@param other lualchemy.ClauseElement
---@return boolean
function ClauseElement:compare(other) end

--- A copy in which bind parameters of these names have these values.
---@generic T
---@param self T
---@param values table<string, any>
---@return T
function ClauseElement:params(values) end

--- The same; the bind parameters are new ones, which no other statement shares.
---@generic T
---@param self T
---@param values table<string, any>
---@return T
function ClauseElement:unique_params(values) end

--- Itself, in parentheses where it stands beside that operator.
---@generic T
---@param self T
---@param against? lualchemy.Operator
---@return T
function ClauseElement:self_group(against) end

--- An expression of SQL, and what `Class.attribute` is.
---@class lualchemy.ColumnElement: lualchemy.ClauseElement
---@field primary_key boolean is it a column of a primary key?
---@field foreign_keys lualchemy.ForeignKey[]
---@field base_columns lualchemy.ColumnElement[] the columns that it stands for and that stand for no other
---@field proxy_set lualchemy.ColumnElement[] all columns that it stands for, itself included
---@field anon_label string
---@field anon_key_label string
---@field type lualchemy.TypeEngine
---@field name string
---@field key string
---@field expression lualchemy.ColumnElement what it stands for
---@field expr lualchemy.ColumnElement the same, in the comparators of types
---@field comparator table the operators that its type adds
---@operator add(any): lualchemy.ColumnElement
---@operator sub(any): lualchemy.ColumnElement
---@operator mul(any): lualchemy.ColumnElement
---@operator div(any): lualchemy.ColumnElement
---@operator mod(any): lualchemy.ColumnElement
---@operator concat(any): lualchemy.ColumnElement
---@operator unm: lualchemy.ColumnElement
local ColumnElement = {}

---@class lualchemy.ColumnOperators: lualchemy.ColumnElement
---@class lualchemy.Operators: lualchemy.ColumnElement
---@class lualchemy.SQLColumnExpression: lualchemy.ColumnElement

---@class lualchemy.EscapeOptions
---@field escape? string the character before % and _ that mean themselves
---@field autoescape? boolean escapes them in the given string (startswith, endswith, contains)

--- `=`; IS NULL for nil and la.NULL.
---@param other? lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:eq(other) end

--- `!=`; IS NOT NULL for nil and la.NULL.
---@param other? lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:ne(other) end

--- `<`
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:lt(other) end

--- `<=`
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:le(other) end

--- `>`
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:gt(other) end

--- `>=`
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:ge(other) end

--- `IS`, for NULL, true and false.
---@param other? lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:is_(other) end

--- `IS NOT`
---@param other? lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:is_not(other) end
ColumnElement.isnot = ColumnElement.is_not

--- `IS DISTINCT FROM`: unequal, where NULL is a value like others.
---@param other? lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:is_distinct_from(other) end

--- `IS NOT DISTINCT FROM`
---@param other? lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:is_not_distinct_from(other) end
ColumnElement.isnot_distinct_from = ColumnElement.is_not_distinct_from

--- `IN`, of an array of values or a SELECT.
---@param other any[]|lualchemy.ClauseElement
---@return lualchemy.ColumnElement
function ColumnElement:in_(other) end

--- `NOT IN`
---@param other any[]|lualchemy.ClauseElement
---@return lualchemy.ColumnElement
function ColumnElement:not_in(other) end
ColumnElement.notin_ = ColumnElement.not_in

--- `BETWEEN`, both ends included.
---@param cleft lualchemy.Expression
---@param cright lualchemy.Expression
---@param symmetric? boolean|{symmetric: boolean} BETWEEN SYMMETRIC
---@return lualchemy.ColumnElement
function ColumnElement:between(cleft, cright, symmetric) end

--- `LIKE`
---@param other lualchemy.Expression
---@param options? lualchemy.EscapeOptions
---@return lualchemy.ColumnElement
function ColumnElement:like(other, options) end

--- `NOT LIKE`
---@param other lualchemy.Expression
---@param options? lualchemy.EscapeOptions
---@return lualchemy.ColumnElement
function ColumnElement:not_like(other, options) end
ColumnElement.notlike = ColumnElement.not_like

--- `LIKE` without regard to case.
---@param other lualchemy.Expression
---@param options? lualchemy.EscapeOptions
---@return lualchemy.ColumnElement
function ColumnElement:ilike(other, options) end

--- `NOT LIKE` without regard to case.
---@param other lualchemy.Expression
---@param options? lualchemy.EscapeOptions
---@return lualchemy.ColumnElement
function ColumnElement:not_ilike(other, options) end
ColumnElement.notilike = ColumnElement.not_ilike

--- Does the string begin with that one?
---@param other lualchemy.Expression
---@param options? lualchemy.EscapeOptions
---@return lualchemy.ColumnElement
function ColumnElement:startswith(other, options) end
ColumnElement.istartswith = ColumnElement.startswith

--- Does the string end with that one?
---@param other lualchemy.Expression
---@param options? lualchemy.EscapeOptions
---@return lualchemy.ColumnElement
function ColumnElement:endswith(other, options) end
ColumnElement.iendswith = ColumnElement.endswith

--- Does the string contain that one? Of arrays and JSON: do they contain that value?
---@param other lualchemy.Expression
---@param options? lualchemy.EscapeOptions
---@return lualchemy.ColumnElement
function ColumnElement:contains(other, options) end
ColumnElement.icontains = ColumnElement.contains

--- The search of the database: MATCH, @@ or what it has.
---@param other lualchemy.Expression
---@param options? table
---@return lualchemy.ColumnElement
function ColumnElement:match(other, options) end

--- Does a regular expression of the database's own kind match?
---@param pattern lualchemy.Expression
---@param flags? string|{flags: string}
---@return lualchemy.ColumnElement
function ColumnElement:regexp_match(pattern, flags) end

--- The string with what the regular expression matches replaced.
---@param pattern lualchemy.Expression
---@param replacement lualchemy.Expression
---@param flags? string|{flags: string}
---@return lualchemy.ColumnElement
function ColumnElement:regexp_replace(pattern, replacement, flags) end

--- `||`
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:concat(other) end

--- Division rounded down.
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:floordiv(other) end

--- `<<`
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:lshift(other) end

--- `>>`
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:rshift(other) end

--- Bitwise `&`
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:bitwise_and(other) end

--- Bitwise `|`
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:bitwise_or(other) end

--- Bitwise exclusive or.
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:bitwise_xor(other) end

--- Bitwise `~`
---@return lualchemy.ColumnElement
function ColumnElement:bitwise_not() end

--- Bitwise `<<`
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:bitwise_lshift(other) end

--- Bitwise `>>`
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:bitwise_rshift(other) end

--- What Python writes as a subscript: an element of an array or of JSON; an array of keys is a path.
---@param key lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:at(key) end

--- A slice of an array: the database's numbers, either may be nil.
---@param start? lualchemy.Expression
---@param stop? lualchemy.Expression
---@return lualchemy.ColumnElement
function ColumnElement:slice(start, stop) end

---@class lualchemy.OperatorOptions
---@field precedence? integer
---@field is_comparison? boolean
---@field return_type? lualchemy.TypeEngine
---@field python_impl? function what evaluates it on objects of a session
---@field eager_grouping? boolean
---@field natural_self_precedent? boolean
---@field operator_class? integer|integer[] of la.OperatorClass; BASE unless given

--- Any other operator of the database: `x:op "%%"(y)`.
---@param opstring string
---@param options? lualchemy.OperatorOptions
---@return fun(other: any): lualchemy.ColumnElement
function ColumnElement:op(opstring, options) end

--- The same for an operator that gives a boolean.
---@param opstring string
---@param options? lualchemy.OperatorOptions
---@return fun(other: any): lualchemy.ColumnElement
function ColumnElement:bool_op(opstring, options) end

--- `op(self, …)`, for an operator of la.sql.operators.
---@param op lualchemy.Operator
---@param ... any
---@return lualchemy.ColumnElement
function ColumnElement:operate(op, ...) end

--- `op(other, self)`
---@param op lualchemy.Operator
---@param other any
---@return lualchemy.ColumnElement
function ColumnElement:reverse_operate(op, other) end

--- `ASC`
---@return lualchemy.UnaryExpression
function ColumnElement:asc() end

--- `DESC`
---@return lualchemy.UnaryExpression
function ColumnElement:desc() end

--- `NULLS FIRST`
---@return lualchemy.UnaryExpression
function ColumnElement:nulls_first() end
ColumnElement.nullsfirst = ColumnElement.nulls_first

--- `NULLS LAST`
---@return lualchemy.UnaryExpression
function ColumnElement:nulls_last() end
ColumnElement.nullslast = ColumnElement.nulls_last

--- `DISTINCT` before one expression, as in count(DISTINCT x).
---@return lualchemy.UnaryExpression
function ColumnElement:distinct() end

--- `ANY (…)`, of an array.
---@return lualchemy.CollectionAggregate
function ColumnElement:any_() end

--- `ALL (…)`, of an array.
---@return lualchemy.CollectionAggregate
function ColumnElement:all_() end

--- `COLLATE`
---@param collation string
---@param options? {collation_schema: string}
---@return lualchemy.ColumnElement
function ColumnElement:collate(collation, options) end

--- `CAST(… AS type)`
---@param type_ lualchemy.TypeEngine
---@return lualchemy.Cast
function ColumnElement:cast(type_) end

--- `AS name`; without a name one is made.
---@param name? string
---@return lualchemy.Label
function ColumnElement:label(name) end

--- Of columns and labels: do both come from the same column?
---@param othercolumn lualchemy.ColumnElement
---@return boolean
function ColumnElement:shares_lineage(othercolumn) end
