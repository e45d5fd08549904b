--- Views of plain tables that tell when they are written to: dictionaries, lists, sets.
--
-- A view's record (its metatable) has the plain table; a plain table has one view as long as somebody holds it.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local mirror = require "lualchemy.ext.mutable_mirror"

local views = {}
local known = setmetatable({}, {__mode = "kv"})
local sorted_keys = mirror.sorted_keys
local changed

--- fn(view) is called with every change.
function views.on_change(fn)
  changed = fn
end

local function data(view)
  local rec = getmetatable(view)
  if rec.shadow then mirror.sync(view) end
  return rec.data
end

local function record(view)
  local meta = type(view) == "table" and getmetatable(view)
  return type(meta) == "table" and rawget(meta, "is_mutable") and meta or nil
end

local function count(t)
  local n = 0
  for _ in pairs(t) do n = n + 1 end
  return n
end

local function touch(view)
  mirror.fill(view)
  changed(view)
end

-- ---- what all kinds share ----

local function kind_of(name, o)
  local kind = {name = name, methods = o.methods}
  o.methods.changed = touch
  local function make(plain)
    local rec = {is_mutable = true, data = plain, kind = kind, __tostring = o.text}
    rec.__index, rec.__newindex, rec.__len, rec.__pairs, rec.__eq = o.index, o.newindex, o.len, o.pairs, o.eq
    local view = setmetatable({}, rec)
    mirror.fill(view)
    mirror.watch(view, touch)
    return view
  end
  --- The view of a plain table; `given` may be one already.
  function kind.of(plain, given)
    local rec = record(given)
    local view = rec and rec.data == plain and given or known[plain]
    if not view then view = make(plain) end
    known[plain] = view
    mirror.hand_out(view)
    return view
  end
  --- The plain table of a view or of a table that can be one; nil for anything else.
  function kind.plain(x)
    local rec = record(x)
    if rec then return rec.kind == kind and data(x) or nil end
    return type(x) == "table" and o.accepts(x) and x or nil
  end
  function kind.known(plain) return known[plain] end
  function kind.is(x)
    local rec = record(x)
    return rec ~= nil and rec.kind == kind
  end
  views[name] = kind
  return kind
end

local function same(a, b)
  if a == b then return true end
  if type(a) ~= "table" or type(b) ~= "table" then return false end
  for k, v in pairs(a) do
    if not same(v, b[k]) then return false end
  end
  return count(a) == count(b)
end

--- By what they hold; one of the two may be a plain table.
local function eq(a, b)
  return same(record(a) and data(a) or a, record(b) and data(b) or b)
end

-- ---- dictionaries ----

local dict = {}

function dict.get(d, k, default)
  local value = data(d)[k]
  if value == nil then return default end
  return value
end

function dict.keys(d) return sorted_keys(data(d)) end

function dict.values(d)
  local out = {}
  for i, k in ipairs(sorted_keys(data(d))) do out[i] = data(d)[k] end
  return out
end

function dict.items(d)
  local out = {}
  for i, k in ipairs(sorted_keys(data(d))) do out[i] = {k, data(d)[k]} end
  return out
end

function dict.contains(d, k) return data(d)[k] ~= nil end

function dict.copy(d)
  local out = {}
  for k, v in pairs(data(d)) do out[k] = v end
  return out
end

function dict.update(d, given)
  local plain = record(given) and data(given) or given
  for k, v in pairs(plain) do data(d)[k] = v end
  touch(d)
end

function dict.pop(d, k, ...)
  local value = data(d)[k]
  if value == nil then
    if select("#", ...) == 0 then err.raise("KeyError", "%s", tostring(k)) end
    touch(d)
    return (...)
  end
  data(d)[k] = nil
  touch(d)
  return value
end

function dict.popitem(d)
  local k = next(data(d))
  if k == nil then err.raise("KeyError", "popitem(): dictionary is empty") end
  return {k, dict.pop(d, k)}
end

function dict.setdefault(d, k, value)
  if data(d)[k] == nil then
    data(d)[k] = value
    touch(d)
  end
  return data(d)[k]
end

function dict.clear(d)
  for k in pairs(dict.copy(d)) do data(d)[k] = nil end
  touch(d)
end

local function json_of(t)
  return core.json_encode and core.json_encode(data(t)) or tostring(data(t))
end

kind_of("dict", {
  methods = dict, eq = eq, text = json_of,
  accepts = function(x) return #x == 0 end,
  index = function(d, k)
    local value = data(d)[k]
    if value ~= nil then return value end
    return dict[k]
  end,
  newindex = function(d, k, value)
    data(d)[k] = value
    touch(d)
  end,
  len = function(d) return count(data(d)) end,
  pairs = function(d) return next, data(d), nil end,
})

-- ---- lists ----

local list = {}

local function place(t, value)
  for i = 1, #t do
    if t[i] == value then return i end
  end
end

function list.append(l, value)
  table.insert(data(l), value)
  touch(l)
end

function list.insert(l, i, value)
  local n = #data(l)
  if i < 0 then i = math.max(n + i + 1, 1) end
  table.insert(data(l), math.min(math.max(i, 1), n + 1), value)
  touch(l)
end

function list.extend(l, values)
  for _, value in ipairs(record(values) and data(values) or values) do table.insert(data(l), value) end
  touch(l)
end

function list.pop(l, i)
  local t = data(l)
  if #t == 0 then err.raise("ValueError", "pop from empty list") end
  i = i or #t
  if i < 0 then i = #t + i + 1 end
  if t[i] == nil then err.raise("ValueError", "pop index out of range") end
  local value = table.remove(t, i)
  touch(l)
  return value
end

function list.remove(l, value)
  local i = place(data(l), value)
  if not i then err.raise("ValueError", "list.remove(x): x not in list") end
  table.remove(data(l), i)
  touch(l)
end

function list.clear(l)
  for i = #data(l), 1, -1 do data(l)[i] = nil end
  touch(l)
end

function list.sort(l, how)
  local before = type(how) == "function" and how or nil
  if type(how) == "table" then
    local key = how.key or function(x) return x end
    before = function(a, b)
      if how.reverse then a, b = b, a end
      return key(a) < key(b)
    end
  end
  table.sort(data(l), before)
  touch(l)
end

function list.reverse(l)
  local t, n = data(l), #data(l)
  for i = 1, math.floor(n / 2) do t[i], t[n + 1 - i] = t[n + 1 - i], t[i] end
  touch(l)
end

function list.contains(l, value) return place(data(l), value) ~= nil end

function list.index(l, value)
  return place(data(l), value) or err.raise("ValueError", "%s is not in list", tostring(value))
end

function list.count(l, value)
  local n = 0
  for _, one in ipairs(data(l)) do n = n + (one == value and 1 or 0) end
  return n
end

function list.copy(l)
  local out = {}
  for i, value in ipairs(data(l)) do out[i] = value end
  return out
end

local function accepts_list(x)
  for k in pairs(x) do
    if type(k) ~= "number" then return false end
  end
  return true
end

kind_of("list", {
  methods = list, eq = eq, text = json_of, accepts = accepts_list,
  index = function(l, k)
    if type(k) == "number" then return data(l)[k] end
    return list[k]
  end,
  newindex = function(l, k, value)
    if type(k) ~= "number" or k < 1 or k > #data(l) + 1 then
      err.raise("ValueError", "list assignment index out of range: %s", tostring(k))
    end
    if value == nil then table.remove(data(l), k) else data(l)[k] = value end
    touch(l)
  end,
  len = function(l) return #data(l) end,
  pairs = function(l) return next, data(l), nil end,
})

-- ---- sets: arrays without repetition ----

local set = {contains = list.contains, clear = list.clear, copy = list.copy}

function set.add(s, value)
  if not place(data(s), value) then table.insert(data(s), value) end
  touch(s)
end

function set.discard(s, value)
  local i = place(data(s), value)
  if i then table.remove(data(s), i) end
  touch(s)
  return i ~= nil
end

function set.remove(s, value)
  if not set.discard(s, value) then err.raise("KeyError", "%s", tostring(value)) end
end

function set.update(s, values)
  for _, value in ipairs(record(values) and data(values) or values) do
    if not place(data(s), value) then table.insert(data(s), value) end
  end
  touch(s)
end

function set.pop(s)
  local value = data(s)[1]
  if value == nil then err.raise("KeyError", "pop from an empty set") end
  table.remove(data(s), 1)
  touch(s)
  return value
end

kind_of("set", {
  methods = set, eq = eq, text = json_of, accepts = accepts_list,
  index = function(s, k)
    if type(k) == "number" then return data(s)[k] end
    return set[k]
  end,
  newindex = function(s, _, value) set.add(s, value) end,
  len = function(s) return #data(s) end,
  pairs = function(s) return next, data(s), nil end,
})

return views
