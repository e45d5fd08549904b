-- How values of types are sent, read and written into SQL, without a database.
local la = require "lualchemy"

local sqlite, postgresql = la.sqlite.dialect(), la.postgresql.dialect()
local uuid = la.uuid "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

local function sent(t, value, dialect)
  local fn = t:bind_processor(dialect or sqlite)
  if fn then return fn(value) end
  return value
end

local function read(t, value, dialect)
  local fn = t:result_processor(dialect or sqlite)
  if fn then return fn(value) end
  return value
end

local function fails(text, fn)
  local ok, err = pcall(fn)
  assert.is_false(ok)
  assert.is_truthy(tostring(err):find(text, 1, true), tostring(err))
end

describe("values", function()
  it("of booleans are 0 and 1 where a database has none", function()
    assert.equal(1, sent(la.Boolean(), true))
    assert.equal(true, sent(la.Boolean(), true, postgresql))
    assert.equal(true, read(la.Boolean(), 1))
    fails("Value 5 is not None, True, or False", function() sent(la.Boolean(), 5) end)
    fails("Not a boolean value: 'yes'", function() sent(la.Boolean(), "yes") end)
  end)

  it("of dates and times are text in SQLite", function()
    assert.equal("2024-05-17", sent(la.Date(), la.date(2024, 5, 17)))
    assert.equal("2024-05-17 12:30:00.000000", sent(la.DateTime(), la.datetime(2024, 5, 17, 12, 30)))
    assert.equal(la.time(1, 2, 3), read(la.Time(), "01:02:03.000000"))
    assert.equal("1970-01-02 00:00:05.000000", sent(la.Interval(), la.timedelta{days = 1, seconds = 5}))
    assert.equal(la.timedelta{days = 1, seconds = 5}, read(la.Interval(), "1970-01-02 00:00:05.000000"))
    fails("SQLite Date type only accepts la.date objects as input.", function() sent(la.Date(), "2024-05-17") end)
  end)

  it("of dates have a storage format and a regular expression", function()
    local t = la.sqlite.DATE{
      storage_format = "%(month)02d/%(day)02d/%(year)04d", regexp = [[(?P<month>\d+)/(?P<day>\d+)/(?P<year>\d+)]],
    }
    assert.equal("05/17/2024", sent(t, la.date(2024, 5, 17)))
    assert.equal(la.date(2024, 5, 17), read(t, "05/17/2024"))
    assert.equal("2024-05-17 12:30:00", sent(la.sqlite.DATETIME{truncate_microseconds = true},
      la.datetime(2024, 5, 17, 12, 30, 0, 5)))
  end)

  it("of numbers are exact", function()
    assert.equal(la.Decimal "1.50", read(la.Numeric(10, 2), 1.5))
    assert.equal("1.50", tostring(read(la.Numeric(10, 2), 1.5)))
    assert.equal(1.5, read(la.Numeric{asdecimal = false}, 1.5))
  end)

  it("of UUIDs are 32 digits where a database has none", function()
    assert.equal("6ba7b8109dad11d180b400c04fd430c8", sent(la.Uuid(), uuid))
    assert.equal(uuid, read(la.Uuid(), "6ba7b8109dad11d180b400c04fd430c8"))
    assert.equal(tostring(uuid), read(la.Uuid{as_uuid = false}, "6ba7b8109dad11d180b400c04fd430c8"))
  end)

  it("of enums are labels", function()
    local t = la.Enum("one", "two", {name = "numbers", validate_strings = true})
    assert.equal("one", sent(t, "one"))
    local text = "'three' is not among the defined enum values. Enum name: numbers. Possible values: one, two"
    fails(text, function() sent(t, "three") end)
    fails(text, function() read(t, "three") end)
    assert.equal("three", sent(la.Enum("one"), "three"))
    fails("Possible values: a, b, c, ..., a long labe..", function()
      read(la.Enum("a", "b", "c", "d", "a long label indeed"), "x")
    end)
  end)
end)

describe("JSON", function()
  it("is written as Python writes it", function()
    assert.equal('{"a": [1, 2.5, null, true], "b": "\\u00e9\\n"}',
      sent(la.JSON(), {a = {1, 2.5, la.NULL, true}, b = "é\n"}))
    assert.equal("{}", sent(la.JSON(), {}))
    assert.equal("[]", sent(la.JSON(), la.json_array{}))
    assert.equal('"text"', sent(la.JSON(), "text"))
  end)

  it("keeps arrays apart from objects", function()
    local value = read(la.JSON(), '{"a": [], "b": {}}')
    assert.equal('{"a": [], "b": {}}', sent(la.JSON(), value))
  end)

  it("tells NULL from null", function()
    assert.equal("null", sent(la.JSON(), nil))
    assert.is_nil(sent(la.JSON{none_as_null = true}, nil))
    assert.equal("null", sent(la.JSON{none_as_null = true}, la.JSON.NULL))
    assert.is_nil(sent(la.JSON(), la.null()))
    assert.is_nil(read(la.JSON(), "null"))
    assert.equal(la.NULL, read(la.JSON(), "[null]")[1])
  end)

  it("has exact integers", function()
    assert.equal("9007199254740993", tostring(read(la.JSON(), "9007199254740993")))
    assert.equal("123456789012345678901234567890", read(la.JSON(), "[123456789012345678901234567890]")[1])
  end)

  it("refuses what it cannot say", function()
    for _, value in ipairs{0 / 0, 1 / 0, {1, 2, x = 3}, {[3] = 1}, {print}, "\255", {la.date(2024, 1, 1)}} do
      assert.has_error(function() sent(la.JSON(), {value}) end)
    end
    local deep = {}
    deep[1] = deep
    assert.has_error(function() sent(la.JSON(), deep) end)
    for _, text in ipairs{"", "[1", '{"a" 1}', "tru", "01", '"\\ud800"', "[1] 2", '"\1"'} do
      assert.has_error(function() read(la.JSON(), text) end)
    end
  end)

  it("may be written and read by functions of the engine's", function()
    local dialect = la.sqlite.dialect()
    dialect.json_serializer = function(value) return "<" .. tostring(value) .. ">" end
    dialect.json_deserializer = function(text) return {text} end
    assert.equal("<5>", sent(la.JSON(), 5, dialect))
    assert.same({"x"}, read(la.JSON(), "x", dialect))
  end)

  it("has paths", function()
    local path = la.JSON.JSONPathType()
    assert.equal('$."a"[1]."b c"', sent(path, {"a", 1, "b c"}))
    assert.equal('$."a\\"b"', sent(path, {'a"b'}))
    assert.equal("{a, 1, b c}", sent(path, {"a", 1, "b c"}, postgresql))
    assert.equal('{"a,b"}', sent(path, {"a,b"}, postgresql))
    assert.equal("$[3]", sent(la.JSON.JSONIntIndexType(), 3))
  end)
end)

describe("users' types", function()
  local Lower = la.types.TypeDecorator:class("Lower", {
    impl = la.String,
    cache_ok = true,
    process_bind_param = function(_, value, dialect) return value and value:lower() .. "@" .. dialect.name end,
    process_result_value = function(_, value) return value and value:upper() end,
  })

  it("convert values", function()
    assert.equal("abc@sqlite", sent(Lower(), "ABC"))
    assert.equal("ABC", read(Lower(), "abc"))
    assert.is_nil(sent(Lower(), la.NULL))
  end)

  it("are nested", function()
    local Twice = la.types.TypeDecorator:class("Twice", {
      impl = Lower,
      process_bind_param = function(_, value) return value .. value end,
      process_result_value = function(_, value) return value .. "!" end,
    })
    assert.equal("abab@sqlite", sent(Twice(), "AB"))
    assert.equal("AB!", read(Twice(), "ab"))
  end)

  it("come before and after the conversions of what they wrap", function()
    local Day = la.types.TypeDecorator:class("Day", {
      impl = la.Date,
      process_bind_param = function(_, value) return la.date.fromisoformat(value) end,
      process_result_value = function(_, value) return value:isoformat() end,
    })
    assert.equal("2024-05-17", sent(Day(), "2024-05-17"))
    assert.equal("2024-05-17", read(Day(), "2024-05-17"))
  end)

  it("may choose by dialect what they wrap", function()
    local Any = la.types.TypeDecorator:class("Any", {
      impl = la.String,
      load_dialect_impl = function(_, dialect)
        if dialect.name == "sqlite" then return la.JSON() end
        return la.String()
      end,
    })
    assert.equal("[1]", sent(Any(), {1}))
    assert.equal("x", sent(Any(), "x", postgresql))
  end)

  it("may have processors of their own", function()
    local Point = la.types.UserDefinedType:class("Point", {
      get_col_spec = function() return "POINT" end,
      bind_processor = function() return function(value) return value[1] .. "," .. value[2] end end,
    })
    assert.equal("1,2", sent(Point(), {1, 2}))
  end)
end)

describe("values of PostgreSQL", function()
  local pg = la.postgresql
  local Range = pg.Range

  it("are ranges", function()
    assert.equal("[1,5)", sent(pg.INT4RANGE(), Range(1, 5), postgresql))
    assert.equal("empty", sent(pg.INT4RANGE(), Range{empty = true}, postgresql))
    assert.equal('["2024-05-17 12:30:00",)',
      sent(pg.TSRANGE(), Range(la.datetime(2024, 5, 17, 12, 30), nil), postgresql))
    local r = read(pg.NUMRANGE(), "(1.5,]", postgresql)
    assert.same({la.Decimal "1.5", "(]", true}, {r.lower, r.bounds, r.upper_inf})
    assert.equal("{[1,3),[5,8)}", sent(pg.INT4MULTIRANGE(), {Range(1, 3), Range(5, 8)}, postgresql))
    assert.equal(2, #read(pg.INT4MULTIRANGE(), "{[1,3),[5,8)}", postgresql))
  end)

  it("are HSTORE tables", function()
    assert.equal([["a"=>"x\"y", "b"=>NULL]], sent(pg.HSTORE(), {a = 'x"y', b = la.NULL}, postgresql))
    assert.same({a = 'x"y', b = la.NULL}, read(pg.HSTORE(), [["a"=>"x\"y", "b"=>NULL]], postgresql))
  end)

  it("are arrays of converted elements", function()
    assert.same({1.5, la.NULL}, read(la.ARRAY(la.Numeric{asdecimal = false}), {la.Decimal "1.5", la.NULL}, postgresql))
    fails("not among the defined enum values", function() read(la.ARRAY(la.Enum("a")), {"b"}, postgresql) end)
    assert.same({{"a", "b,"}, {'"', la.NULL}}, read(la.ARRAY(la.String), '[0:1]={{a,"b,"},{"\\"",NULL}}', postgresql))
  end)
end)

describe("a Range", function()
  local Range = la.postgresql.Range

  it("has bounds", function()
    local r = Range(1, 5, {bounds = "(]"})
    assert.same({1, 5, "(]", false, true}, {r.lower, r.upper, r.bounds, r.lower_inc, r.upper_inc})
    assert.is_true(Range(nil, 5).lower_inf)
    assert.is_true(Range{empty = true}.isempty)
    assert.equal("(1,5]", tostring(r))
    assert.has_error(function() Range(1, 5, {bounds = "<>"}) end)
  end)

  it("is compared by what it holds", function()
    assert.is_true(Range(1, 5) == Range(1, 4, {bounds = "[]"}))
    assert.is_true(Range(la.date(2024, 1, 1), la.date(2024, 1, 3)) == Range(la.date(2024, 1, 1), la.date(2024, 1, 2),
      {bounds = "[]"}))
    assert.is_false(Range(1.5, 5.5) == Range(1.5, 5.5, {bounds = "[]"}))
  end)

  it("answers questions", function()
    local r = Range(1, 5)
    assert.is_true(r:contains(1) and not r:contains(5) and r:contains(Range(2, 5)))
    assert.is_true(r:overlaps(Range(4, 9)) and not r:overlaps(Range(5, 9)))
    assert.is_true(r:adjacent_to(Range(5, 9)))
    assert.is_true(r:strictly_left_of(Range(5, 9)) and Range(5, 9):strictly_right_of(r))
    assert.is_true(r:not_extend_right_of(Range(0, 5)) and r:not_extend_left_of(Range(1, 2)))
  end)

  it("has unions, differences and intersections", function()
    assert.equal("[1,9)", tostring(Range(1, 5) + Range(5, 9)))
    assert.equal("[1,3)", tostring(Range(1, 5) - Range(3, 9)))
    assert.equal("[3,5)", tostring(Range(1, 5) * Range(3, 9)))
    assert.is_true((Range(1, 3) * Range(5, 9)).isempty)
    assert.has_error(function() return Range(1, 3) + Range(5, 9) end)
    assert.has_error(function() return Range(1, 9) - Range(3, 5) end)
  end)
end)

describe("literals", function()
  local function literal(value, t, dialect)
    return tostring(la.literal(value, t):compile{dialect = dialect, literal_binds = true, paramstyle = "named"})
  end

  it("are written by type and dialect", function()
    assert.equal("'it''s'", literal("it's", la.String(), "sqlite"))
    assert.equal("'a\\\\b'", literal("a\\b", la.String(), "mysql"))
    assert.equal("N'x'", literal("x", la.Unicode(), "mssql"))
    assert.equal("12.30", literal(la.Decimal "12.30", la.Numeric(), "sqlite"))
    assert.equal("true", literal(true, la.Boolean(), "postgresql"))
    assert.equal("1", literal(true, la.Boolean(), "sqlite"))
    assert.equal("'2024-05-17 12:30:00'", literal(la.datetime(2024, 5, 17, 12, 30), la.DateTime(), "postgresql"))
    assert.equal("TO_DATE('2024-05-17', 'YYYY-MM-DD')", literal(la.date(2024, 5, 17), la.Date(), "oracle"))
    assert.equal("make_interval(secs=>5.0)", literal(la.timedelta{seconds = 5}, la.Interval(), "postgresql"))
    assert.equal("'6ba7b8109dad11d180b400c04fd430c8'", literal(uuid, la.Uuid(), "sqlite"))
    assert.equal("'" .. tostring(uuid) .. "'", literal(uuid, la.Uuid(), "mssql"))
    assert.equal("ARRAY[1, 2]", literal({1, 2}, la.ARRAY(la.Integer), "postgresql"))
    assert.equal("'a'", literal("a", la.Enum("a"), "sqlite"))
  end)

  it("are refused for what a type does not take", function()
    local wrong = {{"x", la.Integer()}, {1.5, la.Integer()}, {"x", la.Numeric()}, {0 / 0, la.Float()}, {5, la.String()},
      {"x", la.Date()}, {"x", la.Boolean()}, {5, la.Uuid()}, {"b", la.Enum("a", {validate_strings = true})}}
    for _, case in ipairs(wrong) do
      fails("Could not render literal value", function() literal(case[1], case[2], "sqlite") end)
    end
    fails("No literal value renderer is available for literal value \"'x'\" with datatype INET", function()
      literal("x", la.postgresql.INET(), "postgresql")
    end)
  end)

  it("of users' types pass through their functions", function()
    local Lower = la.types.TypeDecorator:class("Lower", {
      impl = la.String, process_bind_param = function(_, value) return value:lower() end,
    })
    local Shout = la.types.TypeDecorator:class("Shout", {
      impl = la.String, process_literal_param = function(_, value) return value .. "!" end,
    })
    assert.equal("'abc'", literal("ABC", Lower(), "sqlite"))
    assert.equal("'abc!'", literal("abc", Shout(), "sqlite"))
  end)
end)
