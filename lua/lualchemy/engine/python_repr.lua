--- repr() of the values that Python writes as constructor calls: datetime.date(2024, 1, 2), Decimal('1.50').
local python_repr = {}

local function joined(list) return table.concat(list, ", ") end

--- Hour and minute always, second and microsecond where they say something.
local function clock(v)
  local parts = {v.hour, v.minute}
  if v.second ~= 0 or v.microsecond ~= 0 then parts[3] = v.second end
  if v.microsecond ~= 0 then parts[4] = v.microsecond end
  return joined(parts)
end

local function interval(v)
  local parts = {}
  for _, name in ipairs{"days", "seconds", "microseconds"} do
    if v[name] ~= 0 then parts[#parts + 1] = ("%s=%d"):format(name, v[name]) end
  end
  return "datetime.timedelta(" .. (#parts > 0 and joined(parts) or "0") .. ")"
end

local function zone(v)
  if not v.tzinfo then return "" end
  local offset = v:utcoffset()
  if offset:total_seconds() == 0 then return ", tzinfo=datetime.timezone.utc" end
  return ", tzinfo=datetime.timezone(" .. interval(offset) .. ")"
end

local OF = {
  date = function(v) return ("datetime.date(%s)"):format(joined{v.year, v.month, v.day}) end,
  time = function(v) return ("datetime.time(%s%s)"):format(clock(v), zone(v)) end,
  datetime = function(v)
    return ("datetime.datetime(%s, %s%s)"):format(joined{v.year, v.month, v.day}, clock(v), zone(v))
  end,
  timedelta = interval,
  Decimal = function(v) return "Decimal('" .. tostring(v) .. "')" end,
  uuid = function(v) return "UUID('" .. tostring(v) .. "')" end,
}

--- The text, or nil for what is none of these; value: repr() of any value.
function python_repr.of(v, value)
  local meta = getmetatable(v)
  if type(v) == "table" then return type(meta) == "table" and meta.__repr and meta.__repr(v, value) or nil end
  local fn = type(meta) == "table" and OF[rawget(meta, "__name") or ""]
  return fn and fn(v)
end

return python_repr
