-- Values of every type go to a database and come back the same.
local la = require "lualchemy"
local support = require "spec.support"

local uuid = la.uuid "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
local aware = la.datetime.fromisoformat "2024-01-01 08:00:00+00:00"

local Lower = la.types.TypeDecorator:class("Lower", {
  impl = la.String,
  cache_ok = true,
  process_bind_param = function(_, value) return value and value:lower() end,
  process_result_value = function(_, value) return value and value .. "!" end,
})

--- {name, type, value}, and what comes back if that is something else.
local EVERYWHERE = {
  {"Integer", la.Integer, -5},
  {"BigInteger", la.BigInteger, 1099511627776},
  {"String", la.String, "it's \\ %s 'é'"},
  {"Text", la.Text, ("x"):rep(10000)},
  {"Boolean", la.Boolean, false},
  {"Float", la.Float, 0.1},
  {"Double", la.Double, -1.5e300},
  {"Numeric", la.Numeric(10, 2), la.Decimal "19.90"},
  {"Numeric as a number", la.Numeric{asdecimal = false}, 2.5},
  {"Float as a decimal", la.Float{asdecimal = true, decimal_return_scale = 2}, la.Decimal "1.50"},
  {"Date", la.Date, la.date(2024, 2, 29)},
  {"Time", la.Time, la.time(23, 59, 59, 999999)},
  {"DateTime", la.DateTime, la.datetime(1, 1, 1, 0, 0, 0, 1)},
  {"Interval", la.Interval, la.timedelta{days = -1, seconds = 5}},
  {"LargeBinary", la.LargeBinary, "a\0b\255"},
  {"Enum", la.Enum("one", "two", {name = "numbers"}), "two"},
  {"Uuid", la.Uuid, uuid},
  {"Uuid as text", la.Uuid{as_uuid = false}, tostring(uuid)},
  {"JSON", la.JSON, {a = {1, {b = la.NULL}}, c = "é", d = true, e = 1.5}},
  {"an empty JSON array", la.JSON, la.json_array{}},
  {"PickleType", la.PickleType, {a = {1, "é", {b = true}}}},
  {"PickleType with a pickler", la.PickleType{pickler = {
    dumps = function(list) return table.concat(list, "\0") end,
    loads = function(bytes)
      local list = {}
      for part in (bytes .. "\0"):gmatch("([^%z]*)%z") do list[#list + 1] = part end
      return list
    end,
  }}, {"a", "", "\255"}},
  {"a TypeDecorator", Lower, "ABC", "abc!"},
}

local POSTGRESQL = {
  {"ARRAY", la.ARRAY(la.Integer), {1, la.NULL, 3}},
  {"ARRAY of arrays", la.ARRAY(la.String), {{"a", 'b,"'}, {"", "NULL"}}},
  {"ARRAY of decimals", la.ARRAY(la.Numeric(10, 2)), {la.Decimal "1.50"}},
  {"ARRAY of enums", la.ARRAY(la.Enum("a", "b", {name = "letters"})), {"a", "b"}},
  {"ARRAY of UUIDs", la.ARRAY(la.Uuid), {uuid}},
  {"ARRAY of bytes", la.ARRAY(la.LargeBinary), {"a\0b\255", la.NULL, ""}},
  {"ARRAY of JSON objects", la.ARRAY(la.postgresql.JSONB), {{a = 1}, {b = {1, 2}}}},
  {"TIMESTAMP", la.postgresql.TIMESTAMP{timezone = true}, aware},
  {"JSONB", la.postgresql.JSONB, {1, {x = la.NULL}}},
  {"INT4RANGE", la.postgresql.INT4RANGE, la.postgresql.Range(1, 5)},
  {"NUMRANGE", la.postgresql.NUMRANGE, la.postgresql.Range(la.Decimal "1.5", nil, {bounds = "()"})},
  {"DATERANGE", la.postgresql.DATERANGE, la.postgresql.Range(la.date(2024, 1, 1), la.date(2024, 2, 1))},
  {"TSTZRANGE", la.postgresql.TSTZRANGE, la.postgresql.Range(aware, nil)},
  {"an empty range", la.postgresql.INT8RANGE, la.postgresql.Range{empty = true}},
  {"INT4MULTIRANGE", la.postgresql.INT4MULTIRANGE,
    la.postgresql.MultiRange{la.postgresql.Range(1, 3), la.postgresql.Range(5, 8)}},
  {"INET", la.postgresql.INET, "10.0.0.1"},
  {"MACADDR", la.postgresql.MACADDR, "08:00:2b:01:02:03"},
  {"BIT", la.postgresql.BIT(3), "101"},
}

local function same(wanted, given)
  local meta = type(wanted) == "table" and getmetatable(wanted) or {}
  if type(wanted) == "table" and not meta.__eq then
    assert.equal("table", type(given))
    for key, value in pairs(wanted) do same(value, given[key]) end
    for key in pairs(given) do assert.is_not_nil(wanted[key]) end
  else
    assert.is_true(wanted == given, ("%s is not %s"):format(tostring(given), tostring(wanted)))
  end
end

--- Writes the value in three ways, reads it back.
local function round_trip(engine, case)
  local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}), la.Column("v", case[2]))
  t.metadata:create_all(engine)
  local value, wanted = case[3], case[4]
  if wanted == nil then wanted = value end
  engine:begin(function(connection)
    connection:execute(la.insert(t):values{v = value})
    connection:execute(la.insert(t), {{v = value}, {v = value}})
    connection:execute(la.insert(t):values{v = la.null()})
    local values = connection:execute(la.select(t.c.v):order_by(t.c.id)):scalars():all()
    for i = 1, 3 do same(wanted, values[i]) end
    assert.equal(la.NULL, values[4])
  end)
  t.metadata:drop_all(engine)
end

for db in support.databases() do
  describe("values in " .. db.name, function()
    for _, case in ipairs(EVERYWHERE) do
      it("of " .. case[1], function() round_trip(db:engine(), case) end)
    end
    for _, case in ipairs(POSTGRESQL) do
      it("of " .. case[1], function()
        db:needs(pending, "postgresql_types")
        round_trip(db:engine(), case)
      end)
    end
  end)
end
