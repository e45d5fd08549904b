-- What types are written as: the call of a constructor.
local la = require "lualchemy"

describe("repr_struct() of a type", function()
  it("is what Python's repr() shows", function()
    for text, type_ in pairs{
      ["Integer()"] = la.Integer(), ["String(length=50)"] = la.String(50),
      ["VARCHAR(length=100)"] = la.types.VARCHAR(100),
      ["NUMERIC(precision=10, scale=2)"] = la.types.NUMERIC(10, 2),
      ["Numeric(asdecimal=False)"] = la.Numeric{asdecimal = false},
      ["Enum('a', 'b', 'c', name='myenum')"] = la.Enum("a", "b", "c", {name = "myenum"}),
      ["VARCHAR(charset='utf8', length=50)"] = la.mysql.VARCHAR(50, {charset = "utf8"}),
      ["NUMERIC(unsigned=True, precision=10, scale=2)"] = la.mysql.NUMERIC(10, 2, {unsigned = true}),
      ["ENUM('a', 'b')"] = la.mysql.ENUM("a", "b"), ["SET('a', 'b')"] = la.mysql.SET("a", "b"),
      ["ARRAY(String(length=5))"] = la.ARRAY(la.String(5)),
      ["DOMAIN('d', Integer())"] = la.postgresql.DOMAIN("d", la.Integer),
    } do
      assert.equal(text, tostring(type_:repr_struct()))
      assert.equal(text, type_:__repr__())
    end
  end)

  it("takes another name", function()
    local struct = la.String(50):repr_struct()
    assert.is_true(la.util.GenericRepr:is(struct))
    assert.equal("Custom(length=50)", tostring(struct:set_class_name("Custom")))
    assert.has_error(function() struct:set_class_name(5) end)
  end)

  it("of a decorator is what it wraps, by its name", function()
    local Name = la.types.TypeDecorator:class("Name", {impl = la.String, cache_ok = true})
    assert.equal("Name(length=9)", tostring(Name(9):repr_struct()))
  end)

  it("is overridden by classes of users", function()
    local Point = la.types.UserDefinedType:class("Point", {
      srid = 4326,
      get_col_spec = function() return "POINT" end,
      repr_struct = function(self)
        return la.util.GenericRepr(self, {additional_kw = {{"srid", 0}, {"zone", la.NULL}}})
      end,
    })
    assert.equal("Point(srid=4326)", Point():__repr__())
    local text = la.util.GenericRepr(la.String(5, {collation = "C"}), {omit_kwarg = {"length"}})
    assert.equal("String(collation='C')", tostring(text))
    assert.has_error(function() la.util.GenericRepr(5) end)
    assert.has_error(function() la.util.GenericRepr(la.Integer(), {to_inspect = {}}) end)
  end)
end)

describe("a UUID", function()
  it("has what strings have: nothing", function()
    local uuid = la.Uuid()
    assert.is_nil(uuid.length)
    assert.is_nil(uuid.collation)
    assert.is_nil(uuid.collation_schema)
    assert.has_error(function() return uuid.collation_name end)
  end)
end)
