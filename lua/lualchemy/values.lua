--- Values of the database that Lua has no type for. Instances are immutable; `tostring` gives what Python's `str` does,
-- and they compare by value with ==, < and <=, or with eq, ne, lt, le, gt and ge.
local core = require "lualchemy.core"

--- An exact decimal number, as `la.Decimal "19.90"`.
---@class lualchemy.Decimal: lualchemy.Value
---@operator add(lualchemy.Decimal|integer): lualchemy.Decimal
---@operator sub(lualchemy.Decimal|integer): lualchemy.Decimal
---@operator mul(lualchemy.Decimal|integer): lualchemy.Decimal
---@operator div(lualchemy.Decimal|integer): lualchemy.Decimal
---@operator mod(lualchemy.Decimal|integer): lualchemy.Decimal
---@operator pow(integer): lualchemy.Decimal
---@operator unm: lualchemy.Decimal
---@field tonumber fun(self: lualchemy.Decimal): number
---@field tointeger fun(self: lualchemy.Decimal): integer?
---@field round fun(self: lualchemy.Decimal, ndigits?: integer): lualchemy.Decimal
---@field to_integral_value fun(self: lualchemy.Decimal, options?: {rounding: string}): lualchemy.Decimal
---@field normalize fun(self: lualchemy.Decimal): lualchemy.Decimal
---@field abs fun(self: lualchemy.Decimal): lualchemy.Decimal
---@field floordiv fun(self: lualchemy.Decimal, by: lualchemy.Decimal|integer): lualchemy.Decimal
---@field adjusted fun(self: lualchemy.Decimal): integer the exponent of its first digit
---@field is_nan fun(self: lualchemy.Decimal): boolean
---@field is_finite fun(self: lualchemy.Decimal): boolean
---@field is_infinite fun(self: lualchemy.Decimal): boolean
---@field is_signed fun(self: lualchemy.Decimal): boolean
---@field is_zero fun(self: lualchemy.Decimal): boolean

--- A day of the calendar, of the years 1 to 9999.
---@class lualchemy.date: lualchemy.Value
---@field year integer
---@field month integer
---@field day integer
---@operator add(lualchemy.timedelta): lualchemy.date
---@operator sub(lualchemy.timedelta): lualchemy.date
---@operator sub(lualchemy.date): lualchemy.timedelta

--- A time of day, with an offset from UTC if it has `tzinfo`.
---@class lualchemy.time: lualchemy.Value
---@field hour integer
---@field minute integer
---@field second integer
---@field microsecond integer
---@field tzinfo lualchemy.timezone?

--- A day and a time of it.
---@class lualchemy.datetime: lualchemy.date
---@field hour integer
---@field minute integer
---@field second integer
---@field microsecond integer
---@field tzinfo lualchemy.timezone?
---@operator add(lualchemy.timedelta): lualchemy.datetime
---@operator sub(lualchemy.timedelta): lualchemy.datetime
---@operator sub(lualchemy.datetime): lualchemy.timedelta

--- A duration to the microsecond, as `la.timedelta{days = 1, hours = 2}`.
---@class lualchemy.timedelta: lualchemy.Value
---@field days integer of either sign; the other two are not negative
---@field seconds integer
---@field microseconds integer
---@field total_seconds fun(self: lualchemy.timedelta): number
---@field abs fun(self: lualchemy.timedelta): lualchemy.timedelta
---@field floordiv fun(self: lualchemy.timedelta, by: integer): lualchemy.timedelta
---@operator add(lualchemy.timedelta): lualchemy.timedelta
---@operator sub(lualchemy.timedelta): lualchemy.timedelta
---@operator mul(number): lualchemy.timedelta
---@operator div(number): lualchemy.timedelta
---@operator div(lualchemy.timedelta): number

--- A fixed offset from UTC, as `la.timezone(la.timedelta{hours = 2})`; `la.timezone.utc` is the one of zero.
---@class lualchemy.timezone: lualchemy.Value
---@field utcoffset fun(self: lualchemy.timezone): lualchemy.timedelta
---@field tzname fun(self: lualchemy.timezone): string

--- A universally unique identifier, as `la.uuid "6ba7b810-9dad-11d1-80b4-00c04fd430c8"`.
---@class lualchemy.uuid: lualchemy.Value
---@field hex string without dashes
---@field bytes string
---@field urn string
---@field version integer?

return {
  Decimal = core.Decimal,
  date = core.date,
  time = core.time,
  datetime = core.datetime,
  timedelta = core.timedelta,
  timezone = core.timezone,
  uuid = core.uuid,
  uuid4 = core.uuid4,
}
