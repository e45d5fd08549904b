---@meta _
--- Values that Lua has no type for; their classes are in lualchemy.values.

---@class lualchemy.ValueNames
---@field NULL userdata NULL in lists, None as a keyword or attribute value
---@field Decimal lualchemy.Decimal
---@field date lualchemy.date
---@field time lualchemy.time
---@field datetime lualchemy.datetime
---@field timedelta lualchemy.timedelta
---@field timezone lualchemy.timezone
---@field uuid lualchemy.uuid
local names = {}

--- A random UUID.
---@return lualchemy.uuid
function names.uuid4() end

--- Marks a table as an array for JSON, also if it is empty.
---@generic T: table
---@param items T
---@return T
function names.json_array(items) end

---@class lualchemy.Decimal
---@overload fun(value: string|number|lualchemy.Decimal): lualchemy.Decimal
local Decimal = {}

--- The exact value of a number.
---@param value number
---@return lualchemy.Decimal
function Decimal.from_float(value) end

--- Rounded to the exponent of that one: `la.Decimal "1.005":quantize "0.01"`.
---@param exp lualchemy.Decimal|string|integer
---@param options? {rounding: string} for example "ROUND_HALF_UP"
---@return lualchemy.Decimal
function Decimal:quantize(exp, options) end

---@class lualchemy.timedelta
---@overload fun(parts: lualchemy.TimedeltaParts): lualchemy.timedelta
---@overload fun(days?: number, seconds?: number, microseconds?: number, milliseconds?: number, minutes?: number, hours?: number, weeks?: number): lualchemy.timedelta

---@class lualchemy.TimedeltaParts
---@field days? number
---@field seconds? number
---@field microseconds? number
---@field milliseconds? number
---@field minutes? number
---@field hours? number
---@field weeks? number

---@class lualchemy.timezone
---@field utc lualchemy.timezone
---@overload fun(offset: lualchemy.timedelta|{offset: lualchemy.timedelta}): lualchemy.timezone

---@class lualchemy.uuid
---@overload fun(hex: string|lualchemy.UuidParts): lualchemy.uuid

---@class lualchemy.UuidParts
---@field hex? string
---@field bytes? string

---@class lualchemy.DateParts
---@field year? integer
---@field month? integer
---@field day? integer

---@class lualchemy.TimeParts
---@field hour? integer
---@field minute? integer
---@field second? integer
---@field microsecond? integer
---@field tzinfo? lualchemy.timezone

---@class lualchemy.DatetimeParts: lualchemy.DateParts, lualchemy.TimeParts

--- What dates, times and both answer to.
---@class lualchemy.Temporal
local Temporal = {}

--- As ISO 8601 has it.
---@return string
function Temporal:isoformat() end

---@param format string as of C's strftime, with %f
---@return string
function Temporal:strftime(format) end

--- The offset from UTC, or nil.
---@return lualchemy.timedelta?
function Temporal:utcoffset() end

---@return string?
function Temporal:tzname() end

---@return lualchemy.timedelta?
function Temporal:dst() end

---@class lualchemy.date: lualchemy.Temporal
---@overload fun(year: integer, month: integer, day: integer): lualchemy.date
---@overload fun(parts: lualchemy.DateParts): lualchemy.date
local date = {}

---@return lualchemy.date
function date.today() end

---@param timestamp number
---@return lualchemy.date
function date.fromtimestamp(timestamp) end

---@param ordinal integer days since the first of January of year 1, which is 1
---@return lualchemy.date
function date.fromordinal(ordinal) end

---@param text string
---@return lualchemy.date
function date.fromisoformat(text) end

---@param year integer
---@param week integer
---@param day integer
---@return lualchemy.date
function date.fromisocalendar(year, week, day) end

---@param parts lualchemy.DatetimeParts
---@return lualchemy.date
function date:replace(parts) end

---@return integer # 0 for Monday
function date:weekday() end

---@return integer # 1 for Monday
function date:isoweekday() end

--- {year, week, weekday}
---@return integer[]
function date:isocalendar() end

---@return integer
function date:toordinal() end

---@return string
function date:ctime() end

---@class lualchemy.time: lualchemy.Temporal
---@overload fun(hour?: integer, minute?: integer, second?: integer, microsecond?: integer, tzinfo?: lualchemy.timezone): lualchemy.time
---@overload fun(parts: lualchemy.TimeParts): lualchemy.time
local time = {}

---@param text string
---@return lualchemy.time
function time.fromisoformat(text) end

---@param parts lualchemy.TimeParts
---@return lualchemy.time
function time:replace(parts) end

---@class lualchemy.datetime
---@overload fun(year: integer, month: integer, day: integer, hour?: integer, minute?: integer, second?: integer, microsecond?: integer, tzinfo?: lualchemy.timezone): lualchemy.datetime
---@overload fun(parts: lualchemy.DatetimeParts): lualchemy.datetime
local datetime = {}

---@param tz? lualchemy.timezone
---@return lualchemy.datetime
function datetime.now(tz) end

---@return lualchemy.datetime
function datetime.today() end

---@return lualchemy.datetime
function datetime.utcnow() end

---@param timestamp number
---@param tz? lualchemy.timezone
---@return lualchemy.datetime
function datetime.fromtimestamp(timestamp, tz) end

---@param timestamp number
---@return lualchemy.datetime
function datetime.utcfromtimestamp(timestamp) end

---@param ordinal integer
---@return lualchemy.datetime
function datetime.fromordinal(ordinal) end

---@param year integer
---@param week integer
---@param day integer
---@return lualchemy.datetime
function datetime.fromisocalendar(year, week, day) end

--- An offset in the text is kept.
---@param text string
---@return lualchemy.datetime
function datetime.fromisoformat(text) end

---@param text string
---@param format string
---@return lualchemy.datetime
function datetime.strptime(text, format) end

---@param day lualchemy.date
---@param time_of_day lualchemy.time
---@return lualchemy.datetime
function datetime.combine(day, time_of_day) end

---@return lualchemy.date
function datetime:date() end

---@return lualchemy.time
function datetime:time() end

---@return lualchemy.time
function datetime:timetz() end

---@return number
function datetime:timestamp() end

---@param tz? lualchemy.timezone
---@return lualchemy.datetime
function datetime:astimezone(tz) end

---@param parts lualchemy.DatetimeParts
---@return lualchemy.datetime
function datetime:replace(parts) end

--- What all of these answer to.
---@class lualchemy.Value
local Value = {}

--- Is x of this class? False for anything else.
---@param x any
---@return boolean
function Value:is(x) end

---@param other any
---@return boolean
function Value:eq(other) end

---@param other any
---@return boolean
function Value:ne(other) end

---@param other any
---@return boolean
function Value:lt(other) end

---@param other any
---@return boolean
function Value:le(other) end

---@param other any
---@return boolean
function Value:gt(other) end

---@param other any
---@return boolean
function Value:ge(other) end
