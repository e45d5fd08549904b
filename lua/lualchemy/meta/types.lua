---@meta _
--- The types of all databases. A class stands for its instance with default arguments: la.Integer, la.String(50).

--- Kinds of operators, and sets of them; with Lua 5.3 and later `a | b` is a set, everywhere an array of them.
---@class lualchemy.OperatorClass
---@field UNSPECIFIED integer
---@field BASE integer op()
---@field BOOLEAN_ALGEBRA integer and_, or_, not_
---@field COMPARISON integer
---@field INDEXABLE integer at()
---@field CONTAINS integer
---@field CONCATENABLE integer
---@field STRING_MATCH integer like() and its kin
---@field MATH integer
---@field BITWISE integer
---@field DATE_ARITHEMETIC integer
---@field JSON_GETITEM integer
---@field STRING integer
---@field INTEGER integer
---@field NUMERIC integer
---@field BOOLEAN integer
---@field BINARY integer
---@field DATETIME integer
---@field JSON integer
---@field ARRAY integer
---@field TUPLE integer
---@field ANY integer

--- The base of all types.
---@class lualchemy.TypeEngine
---@field python_type any its values: a word of type(), or their class, as la.date
---@field should_evaluate_none boolean
---@field hashable boolean
---@field operator_classes integer|integer[] of la.OperatorClass: the operators that it is for
---@overload fun(): lualchemy.TypeEngine
local TypeEngine = {}

--- Is x of this type? False for anything else.
---@param x any
---@return boolean
function TypeEngine:is(x) end

--- A type derived from this one, for types of one's own. Classes and mixins come before the body, as in Base:class.
---@param name string
---@param ... table the last is the body: what it overrides
---@return lualchemy.TypeEngine
function TypeEngine:class(name, ...) end

--- Its name in a dialect.
---@param options? lualchemy.CompileOptions
---@return lualchemy.Compiled
function TypeEngine:compile(options) end

--- This type, but that one on one dialect (or several).
---@param type_ lualchemy.TypeEngine
---@param ... string names of dialects
---@return lualchemy.TypeEngine
function TypeEngine:with_variant(type_, ...) end

---@return lualchemy.GenericRepr
function TypeEngine:repr_struct() end

--- The type of all databases that is nearest to this one.
---@return lualchemy.TypeEngine
function TypeEngine:as_generic() end

--- The same type, for which None is a value of its own, which is stored and not left out.
---@return lualchemy.TypeEngine
function TypeEngine:evaluates_none() end

--- What stands for it on a dialect.
---@param dialect lualchemy.Dialect
---@return lualchemy.TypeEngine
function TypeEngine:dialect_impl(dialect) end

---@return lualchemy.TypeEngine
function TypeEngine:copy() end

--- Of types with a name, as la.Enum: creates it.
---@param bind lualchemy.Bind
---@param options? lualchemy.CheckFirstOptions
function TypeEngine:create(bind, options) end

--- Of types with a name: drops it.
---@param bind lualchemy.Bind
---@param options? lualchemy.CheckFirstOptions
function TypeEngine:drop(bind, options) end

--- A type of one's own that is written to the database as another: derive with `:class("Name", {impl = la.String, …})`
--- and override what must be: process_bind_param(self, value, dialect), process_result_value, load_dialect_impl …
---@class lualchemy.TypeDecorator: lualchemy.TypeEngine
---@field impl lualchemy.TypeEngine
---@field cache_ok boolean
---@overload fun(...: any): lualchemy.TypeDecorator

--- A type that the database has and Lualchemy has not: override get_col_spec(self).
---@class lualchemy.UserDefinedType: lualchemy.TypeEngine
---@overload fun(...: any): lualchemy.UserDefinedType

--- The type of what has none that is known.
---@class lualchemy.NullType: lualchemy.TypeEngine
---@overload fun(): lualchemy.NullType

--- Whole numbers. Those that a Lua number cannot hold exactly come back as strings of digits.
---@class lualchemy.Integer: lualchemy.TypeEngine
---@overload fun(): lualchemy.Integer

---@class lualchemy.StringOptions
---@field length? integer
---@field collation? string
---@field collation_schema? string the schema of the collation

---@class lualchemy.String: lualchemy.TypeEngine
---@field length? integer
---@field collation? string
---@field collation_schema? string the schema of the collation
---@overload fun(length?: integer, options?: lualchemy.StringOptions): lualchemy.String
---@overload fun(options: lualchemy.StringOptions): lualchemy.String

---@class lualchemy.NumericOptions
---@field precision? integer
---@field scale? integer
---@field decimal_return_scale? integer
---@field asdecimal? boolean false: values are numbers, not la.Decimal

--- Exact decimal numbers: la.Decimal.
---@class lualchemy.Numeric: lualchemy.TypeEngine
---@field precision? integer
---@field scale? integer
---@field asdecimal boolean
---@overload fun(precision?: integer, scale?: integer, options?: lualchemy.NumericOptions): lualchemy.Numeric
---@overload fun(options: lualchemy.NumericOptions): lualchemy.Numeric

---@class lualchemy.FloatOptions
---@field precision? integer
---@field asdecimal? boolean true: values are la.Decimal, not numbers
---@field decimal_return_scale? integer

---@class lualchemy.Float: lualchemy.Numeric
---@overload fun(precision?: integer, options?: lualchemy.FloatOptions): lualchemy.Float
---@overload fun(options: lualchemy.FloatOptions): lualchemy.Float

---@class lualchemy.BooleanOptions
---@field create_constraint? boolean a CHECK, where the database has no booleans
---@field name? string that of the constraint

---@class lualchemy.Boolean: lualchemy.TypeEngine
---@overload fun(options?: lualchemy.BooleanOptions): lualchemy.Boolean

--- What match() gives.
---@class lualchemy.MatchType: lualchemy.Boolean
---@overload fun(options?: lualchemy.BooleanOptions): lualchemy.MatchType

--- la.date
---@class lualchemy.Date: lualchemy.TypeEngine
---@overload fun(): lualchemy.Date

---@class lualchemy.TimeOptions
---@field timezone? boolean

--- la.time
---@class lualchemy.Time: lualchemy.TypeEngine
---@field timezone boolean
---@overload fun(options?: lualchemy.TimeOptions): lualchemy.Time

--- la.datetime
---@class lualchemy.DateTime: lualchemy.TypeEngine
---@field timezone boolean
---@overload fun(options?: lualchemy.TimeOptions): lualchemy.DateTime

---@class lualchemy.IntervalOptions
---@field native? boolean the database's own type, where it has one (true unless given)
---@field second_precision? integer
---@field day_precision? integer

--- la.timedelta
---@class lualchemy.Interval: lualchemy.TypeDecorator
---@overload fun(options?: lualchemy.IntervalOptions): lualchemy.Interval

---@class lualchemy.BinaryOptions
---@field length? integer

--- Bytes: strings, with embedded zeros.
---@class lualchemy.LargeBinary: lualchemy.TypeEngine
---@field length? integer
---@overload fun(length?: integer|lualchemy.BinaryOptions): lualchemy.LargeBinary

---@class lualchemy.EnumOptions
---@field name? string that of the type or constraint
---@field schema? string
---@field inherit_schema? boolean
---@field metadata? lualchemy.MetaData
---@field native_enum? boolean the database's own type, where it has one (true unless given)
---@field create_constraint? boolean
---@field validate_strings? boolean an error for strings that are not among them
---@field length? integer
---@field quote? boolean
---@field omit_aliases? boolean
---@field sort_key_function? function

--- Some strings: `la.Enum("a", "b", {name = "e"})`.
---@class lualchemy.Enum: lualchemy.String
---@field enums string[]
---@field name? string
---@overload fun(...: string|lualchemy.EnumOptions): lualchemy.Enum

---@class lualchemy.UuidOptions
---@field as_uuid? boolean false: values are strings, not la.uuid
---@field native_uuid? boolean the database's own type, where it has one (true unless given)

---@class lualchemy.Uuid: lualchemy.TypeEngine
---@overload fun(options?: lualchemy.UuidOptions): lualchemy.Uuid

---@class lualchemy.UUIDOptions
---@field as_uuid? boolean

---@class lualchemy.UUID: lualchemy.Uuid
---@overload fun(options?: lualchemy.UUIDOptions): lualchemy.UUID

---@class lualchemy.JSONOptions
---@field none_as_null? boolean la.NULL is SQL's NULL, not JSON's

--- Tables, strings, numbers, booleans; JSON's null is la.NULL, an empty array la.json_array{}.
---@class lualchemy.JSON: lualchemy.TypeEngine
---@field NULL userdata JSON's null as a whole value
---@overload fun(options?: lualchemy.JSONOptions): lualchemy.JSON

---@class lualchemy.ARRAYOptions
---@field item_type? lualchemy.TypeEngine
---@field as_tuple? boolean
---@field dimensions? integer
---@field zero_indexes? boolean

--- Arrays of one type; la.NULL stands for NULL in them.
---@class lualchemy.ARRAY: lualchemy.TypeEngine
---@field item_type lualchemy.TypeEngine
---@field dimensions? integer
---@overload fun(item_type: lualchemy.TypeEngine, options?: lualchemy.ARRAYOptions): lualchemy.ARRAY
---@overload fun(options: lualchemy.ARRAYOptions): lualchemy.ARRAY

---@class lualchemy.PickleTypeOptions
---@field protocol? any
---@field pickler? {dumps: function, loads: function}
---@field comparator? fun(a: any, b: any): boolean
---@field impl? lualchemy.TypeEngine

--- Any value, written by a pickler of one's own.
---@class lualchemy.PickleType: lualchemy.TypeDecorator
---@overload fun(options?: lualchemy.PickleTypeOptions): lualchemy.PickleType

--- The type of tuple_().
---@class lualchemy.TupleType: lualchemy.TypeEngine
---@overload fun(...: lualchemy.TypeEngine): lualchemy.TupleType

--- The types of la.
---@class lualchemy.TypeNames
---@field TypeDecorator lualchemy.TypeDecorator
---@field Integer lualchemy.Integer
---@field SmallInteger lualchemy.Integer
---@field BigInteger lualchemy.Integer
---@field INT lualchemy.Integer
---@field INTEGER lualchemy.Integer
---@field SMALLINT lualchemy.Integer
---@field BIGINT lualchemy.Integer
---@field String lualchemy.String
---@field Text lualchemy.String
---@field Unicode lualchemy.String
---@field UnicodeText lualchemy.String
---@field CHAR lualchemy.String
---@field NCHAR lualchemy.String
---@field VARCHAR lualchemy.String
---@field NVARCHAR lualchemy.String
---@field TEXT lualchemy.String
---@field CLOB lualchemy.String
---@field Numeric lualchemy.Numeric
---@field NUMERIC lualchemy.Numeric
---@field DECIMAL lualchemy.Numeric
---@field Float lualchemy.Float
---@field Double lualchemy.Float
---@field FLOAT lualchemy.Float
---@field REAL lualchemy.Float
---@field DOUBLE lualchemy.Float
---@field DOUBLE_PRECISION lualchemy.Float
---@field Boolean lualchemy.Boolean
---@field BOOLEAN lualchemy.Boolean
---@field Date lualchemy.Date
---@field DATE lualchemy.Date
---@field Time lualchemy.Time
---@field TIME lualchemy.Time
---@field DateTime lualchemy.DateTime
---@field DATETIME lualchemy.DateTime
---@field TIMESTAMP lualchemy.DateTime
---@field Interval lualchemy.Interval
---@field LargeBinary lualchemy.LargeBinary
---@field BLOB lualchemy.LargeBinary
---@field BINARY lualchemy.LargeBinary
---@field VARBINARY lualchemy.LargeBinary
---@field Enum lualchemy.Enum
---@field Uuid lualchemy.Uuid
---@field UUID lualchemy.UUID
---@field JSON lualchemy.JSON
---@field ARRAY lualchemy.ARRAY
---@field PickleType lualchemy.PickleType
---@field TupleType lualchemy.TupleType

--- la.types
---@class lualchemy.types: lualchemy.TypeNames
---@field NumericCommon lualchemy.KnownClass types of numbers with digits
---@field ExternalType lualchemy.KnownClass types of users' own
---@field SchemaType lualchemy.KnownClass types that a schema may have
---@field Concatenable lualchemy.KnownClass types that `+` concatenates
---@field Indexable lualchemy.KnownClass types that have elements
---@field TypeEngine lualchemy.TypeEngine
---@field UserDefinedType lualchemy.UserDefinedType
---@field NullType lualchemy.NullType
---@field MatchType lualchemy.MatchType
---@field NULLTYPE lualchemy.NullType
---@field BOOLEANTYPE lualchemy.Boolean
---@field STRINGTYPE lualchemy.String
---@field INTEGERTYPE lualchemy.Integer
---@field NUMERICTYPE lualchemy.Numeric
---@field MATCHTYPE lualchemy.MatchType
local types = {}

types.to_instance = require("lualchemy.types").to_instance
types.adapt_type = require("lualchemy.types").adapt_type
