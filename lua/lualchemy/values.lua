--- Values of the database that Lua has no type for. Instances are immutable; `tostring` gives what Python's `str` does,
-- and they compare by value with ==, < and <=, or with eq, ne, lt, le, gt and ge.
local core = require "lualchemy.core"

--- An exact decimal number, as `la.Decimal "19.90"`.
---@class la.Decimal
---@operator add(la.Decimal|integer): la.Decimal
---@operator sub(la.Decimal|integer): la.Decimal
---@operator mul(la.Decimal|integer): la.Decimal
---@operator div(la.Decimal|integer): la.Decimal
---@operator mod(la.Decimal|integer): la.Decimal
---@operator pow(integer): la.Decimal
---@operator unm: la.Decimal
---@field tonumber fun(self: la.Decimal): number
---@field tointeger fun(self: la.Decimal): integer?
---@field quantize fun(self: la.Decimal, exp: la.Decimal|string|integer, options?: {rounding: string}): la.Decimal
---@field round fun(self: la.Decimal, ndigits?: integer): la.Decimal
---@field to_integral_value fun(self: la.Decimal, options?: {rounding: string}): la.Decimal
---@field normalize fun(self: la.Decimal): la.Decimal
---@field abs fun(self: la.Decimal): la.Decimal
---@field floordiv fun(self: la.Decimal, by: la.Decimal|integer): la.Decimal

--- A day of the calendar, of the years 1 to 9999.
---@class la.date
---@field year integer
---@field month integer
---@field day integer
---@operator add(la.timedelta): la.date
---@operator sub(la.timedelta): la.date
---@operator sub(la.date): la.timedelta

--- A time of day, with an offset from UTC if it has `tzinfo`.
---@class la.time
---@field hour integer
---@field minute integer
---@field second integer
---@field microsecond integer
---@field tzinfo la.timezone?

--- A day and a time of it.
---@class la.datetime: la.date
---@field hour integer
---@field minute integer
---@field second integer
---@field microsecond integer
---@field tzinfo la.timezone?
---@operator add(la.timedelta): la.datetime
---@operator sub(la.timedelta): la.datetime
---@operator sub(la.datetime): la.timedelta

--- A duration to the microsecond, as `la.timedelta{days = 1, hours = 2}`.
---@class la.timedelta
---@field days integer of either sign; the other two are not negative
---@field seconds integer
---@field microseconds integer
---@field total_seconds fun(self: la.timedelta): number
---@operator add(la.timedelta): la.timedelta
---@operator sub(la.timedelta): la.timedelta
---@operator mul(number): la.timedelta
---@operator div(number): la.timedelta
---@operator div(la.timedelta): number

--- A fixed offset from UTC, as `la.timezone(la.timedelta{hours = 2})`; `la.timezone.utc` is the one of zero.
---@class la.timezone

--- A universally unique identifier, as `la.uuid "6ba7b810-9dad-11d1-80b4-00c04fd430c8"`.
---@class la.uuid
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
