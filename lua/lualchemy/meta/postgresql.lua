---@meta _
--- la.postgresql, and what expressions of its types answer to.

---@class lualchemy.postgresql.PrecisionOptions: lualchemy.TimeOptions
---@field precision? integer digits of the second's fraction

---@class lualchemy.postgresql.TIME: lualchemy.Time
---@overload fun(options?: lualchemy.postgresql.PrecisionOptions): lualchemy.postgresql.TIME

---@class lualchemy.postgresql.TIMESTAMP: lualchemy.DateTime
---@overload fun(options?: lualchemy.postgresql.PrecisionOptions): lualchemy.postgresql.TIMESTAMP

---@class lualchemy.postgresql.IntervalOptions
---@field precision? integer
---@field fields? string for example "YEAR TO MONTH"

---@class lualchemy.postgresql.INTERVAL: lualchemy.TypeEngine
---@overload fun(options?: lualchemy.postgresql.IntervalOptions): lualchemy.postgresql.INTERVAL

---@class lualchemy.postgresql.BitOptions
---@field length? integer
---@field varying? boolean

---@class lualchemy.postgresql.BIT: lualchemy.TypeEngine
---@overload fun(length?: integer|lualchemy.postgresql.BitOptions, options?: lualchemy.postgresql.BitOptions): lualchemy.postgresql.BIT

---@class lualchemy.postgresql.JSONOptions: lualchemy.JSONOptions
---@field astext_type? lualchemy.TypeEngine

---@class lualchemy.postgresql.JSON: lualchemy.JSON
---@overload fun(options?: lualchemy.postgresql.JSONOptions): lualchemy.postgresql.JSON

---@class lualchemy.postgresql.HstoreOptions
---@field text_type? lualchemy.TypeEngine

---@class lualchemy.postgresql.HSTORE: lualchemy.TypeEngine
---@overload fun(options?: lualchemy.postgresql.HstoreOptions): lualchemy.postgresql.HSTORE

---@class lualchemy.postgresql.EnumOptions: lualchemy.EnumOptions
---@field create_type? boolean CREATE TYPE comes with the tables (true unless given)

---@class lualchemy.postgresql.ENUM: lualchemy.Enum
---@overload fun(...: string|lualchemy.postgresql.EnumOptions): lualchemy.postgresql.ENUM

---@class lualchemy.postgresql.DomainOptions
---@field name? string
---@field data_type? lualchemy.TypeEngine
---@field collation? string
---@field collation_schema? string
---@field default? string|lualchemy.ClauseElement
---@field constraint_name? string
---@field not_null? boolean
---@field check? string|lualchemy.ClauseElement
---@field create_type? boolean
---@field schema? string
---@field metadata? lualchemy.MetaData
---@field inherit_schema? boolean
---@field quote? boolean

---@class lualchemy.postgresql.DOMAIN: lualchemy.TypeEngine
---@overload fun(name: string, data_type: lualchemy.TypeEngine, options?: lualchemy.postgresql.DomainOptions): lualchemy.postgresql.DOMAIN

---@class lualchemy.postgresql.ExcludeOptions
---@field name? string
---@field using? string "gist" unless given
---@field where? lualchemy.Expression
---@field ops? table<string, string>
---@field deferrable? boolean
---@field initially? string
---@field info? table

--- `EXCLUDE USING gist (room WITH =, …)`: `la.postgresql.ExcludeConstraint({"room", "="}, {using = "gist"})`.
---@class lualchemy.postgresql.ExcludeConstraint: lualchemy.Constraint
---@overload fun(...: {[1]: string|lualchemy.ColumnElement, [2]: string}|lualchemy.postgresql.ExcludeOptions): lualchemy.postgresql.ExcludeConstraint

---@class lualchemy.postgresql.RangeOptions
---@field lower? any nil: unbounded
---@field upper? any
---@field bounds? "()"|"[)"|"(]"|"[]" "[)" unless given
---@field empty? boolean

--- Ranges in an array.
---@class lualchemy.postgresql.MultiRange
---@field is fun(self: any, x: any): boolean
---@field [integer] lualchemy.postgresql.Range
---@overload fun(ranges?: lualchemy.postgresql.Range[]): lualchemy.postgresql.MultiRange

---@class lualchemy.postgresql
---@field Insert fun(table: any): any the class of what insert() makes
---@field dialect lualchemy.DialectClass
---@field INTEGER lualchemy.Integer
---@field SMALLINT lualchemy.Integer
---@field BIGINT lualchemy.Integer
---@field OID lualchemy.TypeEngine
---@field NUMERIC lualchemy.Numeric
---@field FLOAT lualchemy.Float
---@field REAL lualchemy.Float
---@field DOUBLE_PRECISION lualchemy.Float
---@field MONEY lualchemy.TypeEngine
---@field CHAR lualchemy.String
---@field VARCHAR lualchemy.String
---@field TEXT lualchemy.String
---@field CITEXT lualchemy.String
---@field BOOLEAN lualchemy.Boolean
---@field BYTEA lualchemy.LargeBinary
---@field BIT lualchemy.postgresql.BIT
---@field BitString lualchemy.postgresql.BitString
---@field DATE lualchemy.Date
---@field TIME lualchemy.postgresql.TIME
---@field TIMESTAMP lualchemy.postgresql.TIMESTAMP
---@field INTERVAL lualchemy.postgresql.INTERVAL
---@field UUID lualchemy.UUID
---@field ENUM lualchemy.postgresql.ENUM
---@field DOMAIN lualchemy.postgresql.DOMAIN
---@field NamedType lualchemy.TypeEngine
---@field ARRAY lualchemy.ARRAY
---@field JSON lualchemy.postgresql.JSON
---@field JSONB lualchemy.postgresql.JSON
---@field JSONPATH lualchemy.TypeEngine
---@field HSTORE lualchemy.postgresql.HSTORE
---@field INET lualchemy.TypeEngine
---@field CIDR lualchemy.TypeEngine
---@field MACADDR lualchemy.TypeEngine
---@field MACADDR8 lualchemy.TypeEngine
---@field REGCLASS lualchemy.TypeEngine
---@field REGCONFIG lualchemy.TypeEngine
---@field TSVECTOR lualchemy.TypeEngine
---@field TSQUERY lualchemy.TypeEngine
---@field AbstractRange lualchemy.TypeEngine
---@field AbstractSingleRange lualchemy.TypeEngine
---@field AbstractMultiRange lualchemy.TypeEngine
---@field INT4RANGE lualchemy.TypeEngine
---@field INT8RANGE lualchemy.TypeEngine
---@field NUMRANGE lualchemy.TypeEngine
---@field DATERANGE lualchemy.TypeEngine
---@field TSRANGE lualchemy.TypeEngine
---@field TSTZRANGE lualchemy.TypeEngine
---@field INT4MULTIRANGE lualchemy.TypeEngine
---@field INT8MULTIRANGE lualchemy.TypeEngine
---@field NUMMULTIRANGE lualchemy.TypeEngine
---@field DATEMULTIRANGE lualchemy.TypeEngine
---@field TSMULTIRANGE lualchemy.TypeEngine
---@field TSTZMULTIRANGE lualchemy.TypeEngine
---@field Range lualchemy.postgresql.Range
---@field MultiRange lualchemy.postgresql.MultiRange
---@field ExcludeConstraint lualchemy.postgresql.ExcludeConstraint
---@field CreateEnumType lualchemy.SchemaStatement
---@field DropEnumType lualchemy.SchemaStatement
---@field CreateDomainType lualchemy.SchemaStatement
---@field DropDomainType lualchemy.SchemaStatement
local postgresql = {}

--- INSERT with ON CONFLICT.
---@param table lualchemy.FromClause|lualchemy.MappedClass
---@return lualchemy.Insert
function postgresql.insert(table) end

--- `ARRAY[…]` of these elements: `la.postgresql.array{1, 2}`.
---@param elements any[]
---@param options? {type_: lualchemy.TypeEngine}
---@return lualchemy.ColumnElement
function postgresql.array(elements, options) end

--- array_agg(), whose result is an array of PostgreSQL's.
---@param ... lualchemy.Expression|{type_: lualchemy.TypeEngine}
---@return lualchemy.Function
function postgresql.array_agg(...) end

--- The argument of an aggregate with its order: `target ORDER BY …`.
---@param target lualchemy.Expression
---@param ... lualchemy.Expression
---@return lualchemy.ColumnElement
function postgresql.aggregate_order_by(target, ...) end

--- `DISTINCT ON (…)` of a SELECT: `stmt:ext(la.postgresql.distinct_on(t.c.a))`. Several add up.
---@param ... lualchemy.Expression
---@return lualchemy.SyntaxExtension
function postgresql.distinct_on(...) end

--- hstore(…), whose result is an HSTORE.
---@param ... lualchemy.Expression|lualchemy.FunctionOptions
---@return lualchemy.Function
function postgresql.hstore(...) end

--- `other = ANY (array)`
---@param other lualchemy.Expression
---@param arrexpr lualchemy.ColumnElement
---@param operator? lualchemy.Operator
---@return lualchemy.ColumnElement
function postgresql.Any(other, arrexpr, operator) end

--- `other = ALL (array)`
---@param other lualchemy.Expression
---@param arrexpr lualchemy.ColumnElement
---@param operator? lualchemy.Operator
---@return lualchemy.ColumnElement
function postgresql.All(other, arrexpr, operator) end

--- to_tsvector: of several arguments the first is the configuration. Likewise the next ones.
---@param ... lualchemy.Expression|{type_: lualchemy.TypeEngine}
---@return lualchemy.Function
function postgresql.to_tsvector(...) end
postgresql.to_tsquery = postgresql.to_tsvector
postgresql.plainto_tsquery = postgresql.to_tsvector
postgresql.phraseto_tsquery = postgresql.to_tsvector
postgresql.websearch_to_tsquery = postgresql.to_tsvector
postgresql.ts_headline = postgresql.to_tsvector

--- What expressions of some types answer to, beyond what all do.
---@class lualchemy.ColumnElement
---@field astext lualchemy.ColumnElement of JSON: the element as text
local Typed = {}

--- Of JSON and HSTORE: is there that key?
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:has_key(other) end

--- Of JSON and HSTORE: are there all of these keys?
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:has_all(other) end

--- Of JSON and HSTORE: is there any of these keys?
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:has_any(other) end

--- Of arrays, JSON, HSTORE and ranges: is all of it in that one?
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:contained_by(other) end

--- Of JSONB: without what the path leads to.
---@param path string[]|lualchemy.ColumnElement
---@return lualchemy.ColumnElement
function Typed:delete_path(path) end

--- Of JSONB: does the JSON path lead to something?
---@param path lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:path_exists(path) end

--- Of JSONB: does the JSON path's predicate hold?
---@param path lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:path_match(path) end

--- Of arrays: have they elements in common?
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:overlap(other) end

--- Of arrays: `other = ANY (array)`. Of relationships: is there a related object for which these conditions hold?
---@param ... lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:any(...) end

--- Of arrays: `other = ALL (array)`.
---@param other lualchemy.Expression
---@param operator? lualchemy.Operator
---@return lualchemy.ColumnElement
function Typed:all(other, operator) end

--- Of ranges: have they values in common?
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:overlaps(other) end

--- Of ranges: does it end before that one begins?
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:strictly_left_of(other) end

--- Of ranges: does it begin after that one ends?
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:strictly_right_of(other) end

--- Of ranges: does it not begin before that one?
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:not_extend_left_of(other) end

--- Of ranges: does it not end after that one?
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:not_extend_right_of(other) end

--- Of ranges: do they meet without a gap?
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:adjacent_to(other) end

--- Of ranges: all that is in one or the other.
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:union(other) end

--- Of ranges: what is left without the other.
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:difference(other) end

--- Of ranges: all that is in both.
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:intersection(other) end

--- Of Oracle's VECTOR: the distance to that one.
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:l2_distance(other) end

--- Of Oracle's VECTOR: the distance of the directions.
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:cosine_distance(other) end

--- Of Oracle's VECTOR: the inner product, negated.
---@param other lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:inner_product(other) end

--- Of HSTORE: has that key a value that is not NULL?
---@param key lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:defined(key) end

--- Of HSTORE: without that key, those keys, or those pairs.
---@param key lualchemy.Expression
---@return lualchemy.ColumnElement
function Typed:delete(key) end

--- Of HSTORE: its keys as an array.
---@return lualchemy.ColumnElement
function Typed:keys() end

--- Of HSTORE: its values as an array.
---@return lualchemy.ColumnElement
function Typed:vals() end

--- Of HSTORE: keys and values in turn, as an array.
---@return lualchemy.ColumnElement
function Typed:array() end

--- Of HSTORE: pairs of key and value, as an array of arrays.
---@return lualchemy.ColumnElement
function Typed:matrix() end

--- Of JSON's elements: as text, without quotes.
---@return lualchemy.ColumnElement
function Typed:as_string() end

---@return lualchemy.ColumnElement
function Typed:as_boolean() end

---@return lualchemy.ColumnElement
function Typed:as_integer() end

---@return lualchemy.ColumnElement
function Typed:as_float() end

---@param precision integer
---@param scale integer
---@param asdecimal? boolean
---@return lualchemy.ColumnElement
function Typed:as_numeric(precision, scale, asdecimal) end

--- Of JSON's elements: as JSON again.
---@return lualchemy.ColumnElement
function Typed:as_json() end
