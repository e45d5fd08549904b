--- Values of PostgreSQL's BIT: `la.postgresql.BitString "011001"`.
--
-- The bits are told by their places from the left, from 0, as PostgreSQL's get_bit() does.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

--- @class lualchemy.postgresql.BitString
--- @field bit_length integer
--- @field octet_length integer
--- @operator len: integer
--- @operator concat(lualchemy.postgresql.Bits): lualchemy.postgresql.BitString
--- @operator add(lualchemy.postgresql.Bits): lualchemy.postgresql.BitString
--- @operator band(lualchemy.postgresql.Bits): lualchemy.postgresql.BitString
--- @operator bor(lualchemy.postgresql.Bits): lualchemy.postgresql.BitString
--- @operator bxor(lualchemy.postgresql.Bits): lualchemy.postgresql.BitString
--- @operator bnot: lualchemy.postgresql.BitString
--- @operator shl(integer): lualchemy.postgresql.BitString
--- @operator shr(integer): lualchemy.postgresql.BitString
--- @overload fun(bits: lualchemy.postgresql.Bits): lualchemy.postgresql.BitString
local BitString = {}

--- @alias lualchemy.postgresql.Bits string|lualchemy.postgresql.BitString
local meta = {__name = "BitString"}

local function make(text) return setmetatable({_bits = text}, meta) end

local function is_bits(x) return type(x) == "table" and getmetatable(x) == meta end

--- The text of x, which must be one of bits.
local function bits_of(x, name)
  if is_bits(x) then return x._bits end
  if type(x) ~= "string" then
    err.raise("ArgumentError", "%s: a string of bits is needed, got %s", name, type(x))
  end
  if x:find("[^01]") then err.raise("ArgumentError", "BitString must only contain '0' and '1' chars") end
  return x
end

setmetatable(BitString, {
  __call = function(_, bits)
    if is_bits(bits) then return bits end
    return make(bits_of(bits, "BitString()"))
  end,
  __tostring = function() return "la.postgresql.BitString" end,
})

--- Is x a bit string?
--- @param x any
--- @return boolean
function BitString.is(_, x) return is_bits(x) end

local function whole(value, name, argument)
  if type(value) == "number" and value >= 0 and value == math.floor(value) then return end
  err.raise("ArgumentError", "%s: argument '%s' must be a whole number that is not negative, got %s", name, argument,
    tostring(value))
end

local function digits(value)
  local out = {}
  repeat
    out[#out + 1] = value % 2 >= 1 and "1" or "0"
    value = math.floor(value / 2)
  until value == 0
  return table.concat(out):reverse()
end

--- The bits of a whole number, with zeros before them up to the length.
--- @param value integer
--- @param length integer
--- @return lualchemy.postgresql.BitString
function BitString.from_int(value, length)
  whole(value, "BitString.from_int()", "value")
  whole(length, "BitString.from_int()", "length")
  local text = length == 0 and value == 0 and "" or digits(value)
  if #text > length then
    err.raise("ArgumentError", "Cannot encode %s as a BitString of length %d", tostring(value), length)
  end
  return make(("0"):rep(length - #text) .. text)
end

--- The bits of bytes; length: without the zeros before them that are more than that, or with more of them.
--- @param value string
--- @param length? integer
--- @return lualchemy.postgresql.BitString
function BitString.from_bytes(value, length)
  if type(value) ~= "string" then
    err.raise("ArgumentError", "BitString.from_bytes(): argument 'value' must be a string, got %s", type(value))
  end
  local text = value:gsub(".", function(c)
    local bits = digits(c:byte())
    return ("0"):rep(8 - #bits) .. bits
  end)
  if length == nil then return make(text) end
  whole(length, "BitString.from_bytes()", "length")
  text = text:gsub("^0+", "")
  if #text > length then err.raise("ArgumentError", "Cannot encode the bytes as a BitString of length %d", length) end
  return make(("0"):rep(length - #text) .. text)
end

-- ---- single bits ----

--- @class lualchemy.postgresql.BitString
local methods = {}

local function check_place(self, index)
  if type(index) == "number" and index >= 0 and index < #self._bits and index == math.floor(index) then return end
  err.raise("ArgumentError", "BitString index out of range: %s", tostring(index))
end

--- "0" or "1": the bit at that place, the first is 0.
--- @param index integer
--- @return "0"|"1"
function methods:get_bit(index)
  check_place(self, index)
  return self._bits:sub(index + 1, index + 1)
end

--- Is the bit set?
--- @param index integer
--- @return boolean
function methods:has_bit(index) return self:get_bit(index) == "1" end

--- The same with that bit set or not.
--- @param index integer
--- @param value boolean|integer|"0"|"1"
--- @return lualchemy.postgresql.BitString
function methods:set_bit(index, value)
  check_place(self, index)
  local on = value == true or value == "1" or (type(value) == "number" and value ~= 0)
  if not on and value ~= false and value ~= "0" and value ~= 0 then
    err.raise("ArgumentError", "set_bit(): argument 'value' must be a boolean, a number, '0' or '1', got %s",
      tostring(value))
  end
  local text = self._bits
  return make(text:sub(1, index) .. (on and "1" or "0") .. text:sub(index + 2))
end

-- ---- all of them ----

--- Two strings of the same length, bit by bit.
local function combined(name, wanted)
  return function(a, b)
    local x, y = bits_of(a, name), bits_of(b, name)
    if #x ~= #y then err.raise("ArgumentError", "%s: the bit strings must be of the same length", name) end
    local out = {}
    for i = 1, #x do out[i] = wanted[(x:byte(i) - 48) + (y:byte(i) - 48) + 1] end
    return make(table.concat(out))
  end
end

--- The bits that are set in both.
--- @type fun(self: lualchemy.postgresql.BitString, other: lualchemy.postgresql.Bits): lualchemy.postgresql.BitString
methods.bitwise_and = combined("bitwise_and()", {"0", "0", "1"})
--- The bits that are set in one or both.
--- @type fun(self: lualchemy.postgresql.BitString, other: lualchemy.postgresql.Bits): lualchemy.postgresql.BitString
methods.bitwise_or = combined("bitwise_or()", {"0", "1", "1"})
--- The bits that are set in just one.
--- @type fun(self: lualchemy.postgresql.BitString, other: lualchemy.postgresql.Bits): lualchemy.postgresql.BitString
methods.bitwise_xor = combined("bitwise_xor()", {"0", "1", "0"})

--- All bits the other way.
--- @return lualchemy.postgresql.BitString
function methods:bitwise_not() return make((self._bits:gsub(".", {["0"] = "1", ["1"] = "0"}))) end

--- Moved to the left, zeros from the right; as long as before.
--- @param n integer
--- @return lualchemy.postgresql.BitString
function methods:lshift(n)
  whole(n, "lshift()", "n")
  local text = self._bits
  n = math.min(n, #text)
  return make(text:sub(n + 1) .. ("0"):rep(n))
end

--- Moved to the right, zeros from the left; as long as before.
--- @param n integer
--- @return lualchemy.postgresql.BitString
function methods:rshift(n)
  whole(n, "rshift()", "n")
  local text = self._bits
  n = math.min(n, #text)
  return make(("0"):rep(n) .. text:sub(1, #text - n))
end

-- ---- as a string ----

local function strip(from_left, from_right)
  return function(self, char)
    if char ~= nil and char ~= "0" and char ~= "1" then
      err.raise("ArgumentError", "strip(): argument 'char' must be '0' or '1', got %s", tostring(char))
    end
    local text, run = self._bits, (char or "0") .. "+"
    if from_left then text = text:gsub("^" .. run, "") end
    if from_right then text = text:gsub(run .. "$", "") end
    return make(text)
  end
end

--- Without the zeros (or ones) at its left end.
--- @type fun(self: lualchemy.postgresql.BitString, char?: "0"|"1"): lualchemy.postgresql.BitString
methods.lstrip = strip(true, false)
--- Without the zeros (or ones) at its right end.
--- @type fun(self: lualchemy.postgresql.BitString, char?: "0"|"1"): lualchemy.postgresql.BitString
methods.rstrip = strip(false, true)
--- Without the zeros (or ones) at its ends.
--- @type fun(self: lualchemy.postgresql.BitString, char?: "0"|"1"): lualchemy.postgresql.BitString
methods.strip = strip(true, true)

--- Without these bits at its beginning, if it has them.
--- @param prefix lualchemy.postgresql.Bits
--- @return lualchemy.postgresql.BitString
function methods:removeprefix(prefix)
  local text, bits = self._bits, bits_of(prefix, "removeprefix()")
  return text:sub(1, #bits) == bits and make(text:sub(#bits + 1)) or self
end

--- Without these bits at its end, if it has them.
--- @param suffix lualchemy.postgresql.Bits
--- @return lualchemy.postgresql.BitString
function methods:removesuffix(suffix)
  local text, bits = self._bits, bits_of(suffix, "removesuffix()")
  return #bits <= #text and text:sub(#text - #bits + 1) == bits and make(text:sub(1, #text - #bits)) or self
end

--- The parts between occurrences of sep, which separates at most `most` times.
local function parts(text, sep, most)
  local out, at = {}, 1
  while not most or #out < most do
    local first, last = text:find(sep, at, true)
    if not first then break end
    out[#out + 1], at = text:sub(at, first - 1), last + 1
  end
  out[#out + 1] = text:sub(at)
  return out
end

local function separator(sep, name)
  local bits = bits_of(sep, name)
  if bits == "" then err.raise("ArgumentError", "%s: the bits that are looked for must not be empty", name) end
  return bits
end

--- With other bits in the place of these, count times at most.
--- @param old lualchemy.postgresql.Bits
--- @param new lualchemy.postgresql.Bits
--- @param count? integer
--- @return lualchemy.postgresql.BitString
function methods:replace(old, new, count)
  return make(table.concat(parts(self._bits, separator(old, "replace()"), count), bits_of(new, "replace()")))
end

--- What is between these bits, which separate at most maxsplit times.
--- @param sep lualchemy.postgresql.Bits
--- @param maxsplit? integer
--- @return lualchemy.postgresql.BitString[]
function methods:split(sep, maxsplit)
  local out = parts(self._bits, separator(sep, "split()"), maxsplit)
  for i, text in ipairs(out) do out[i] = make(text) end
  return out
end

--- With zeros before it up to the width.
--- @param width integer
--- @return lualchemy.postgresql.BitString
function methods:zfill(width)
  local text = self._bits
  return make(("0"):rep(math.max(0, width - #text)) .. text)
end

--- The number whose bits these are; more than a Lua number holds exactly is refused.
--- @return integer
function methods:tonumber()
  local text = self._bits:gsub("^0+", "")
  if #text > (compat.has_integers and 63 or 53) then
    err.raise("DataError", "the bit string has more bits than a number")
  end
  return text == "" and 0 or tonumber(text, 2)
end

--- The bytes, with zeros before the bits up to whole bytes, or up to the length.
--- @param length? integer in bytes
--- @return string
function methods:to_bytes(length)
  local text = self._bits
  length = length or math.ceil(#text / 8)
  if length * 8 < #text:gsub("^0+", "") then err.raise("ArgumentError", "the bit string is longer than that") end
  text = ("0"):rep(math.max(0, length * 8 - #text)) .. text:sub(math.max(1, #text - length * 8 + 1))
  return (text:gsub("........", function(bits) return string.char(tonumber(bits, 2)) end))
end

-- ---- operators ----

local function joined(a, b) return make(bits_of(a, "concatenation") .. bits_of(b, "concatenation")) end

local function text_of(x) return is_bits(x) and x._bits or x end

--- The same for a sign, which has another meaning beside expressions.
local function sign(name, fn)
  meta[name] = function(a, b)
    if core.is_node(a) or core.is_node(b) then return core.expr_metamethods[name](a, b) end
    return fn(a, b)
  end
end

sign("__concat", joined)
sign("__add", joined)
sign("__band", methods.bitwise_and)
sign("__bor", methods.bitwise_or)
meta.__bxor = methods.bitwise_xor
meta.__bnot, meta.__shl, meta.__shr = methods.bitwise_not, methods.lshift, methods.rshift
function meta.__len(self) return #self._bits end
function meta.__eq(a, b) return a._bits == b._bits end
function meta.__lt(a, b) return text_of(a) < text_of(b) end
function meta.__le(a, b) return text_of(a) <= text_of(b) end
function meta.__tostring(self) return self._bits end
function meta.__repr(self) return ('BitString("%s")'):format(self._bits) end

function meta.__index(self, key)
  if key == "bit_length" then return #self._bits end
  if key == "octet_length" then return math.ceil(#self._bits / 8) end
  return methods[key]
end

return {BitString = BitString, meta = meta}
