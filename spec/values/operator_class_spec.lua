-- la.OperatorClass: the operators that a type is for.
local la = require "lualchemy"

local O = la.OperatorClass

--- The texts of the warnings of a function.
local function warned(fn)
  local texts = {}
  for i, warning in ipairs(la.warnings.catch_warnings(fn)) do
    assert.is_true(la.exc.SADeprecationWarning:is(warning))
    texts[i] = tostring(warning)
  end
  return texts
end

describe("operator classes", function()
  local Complex = la.types.UserDefinedType:class("Complex", {
    cache_ok = true, operator_classes = {O.BASE, O.MATH}, get_col_spec = function() return "COMPLEX" end,
  })
  local x = la.column("x", Complex)

  it("are sets of kinds, with the values of SQLAlchemy", function()
    assert.equal(1, O.UNSPECIFIED)
    assert.equal(2, O.BASE)
    assert.equal(2048, O.JSON_GETITEM)
    assert.equal(O.BASE + O.COMPARISON + O.MATH + O.BITWISE, O.NUMERIC)
    assert.equal(O.BASE + O.COMPARISON + O.INDEXABLE + O.JSON_GETITEM, O.JSON)
    assert.equal(4094, O.ANY)
  end)

  it("are told by the types of the library", function()
    assert.equal(O.STRING, la.String.operator_classes)
    assert.equal(O.STRING, la.Enum("a").operator_classes)
    assert.equal(O.NUMERIC, la.Float().operator_classes)
    assert.equal(O.DATETIME, la.Interval().operator_classes)
    assert.equal(O.JSON, la.sqlite.JSONB().operator_classes)
    assert.equal(O.JSON + O.CONCATENABLE, la.postgresql.JSONB().operator_classes)
    assert.equal(O.BASE + O.COMPARISON + O.BITWISE, la.postgresql.BIT().operator_classes)
    assert.equal(O.UNSPECIFIED, la.postgresql.MONEY().operator_classes)
    assert.equal(O.ANY, la.types.UserDefinedType:class("Any", {}).operator_classes)
  end)

  it("of a user's type: others are warned of, and are what they always were", function()
    local made
    assert.same({"Type object la.types.Complex does not include operator 'eq' in its operator classes.  Using built-in "
      .. "operators (not including custom or overridden operators) outside of a type's stated operator classes is "
      .. "deprecated and will raise InvalidRequestError in a future release"}, warned(function() made = x:eq(5) end))
    assert.equal("x = :x_1", tostring(made))
    assert.same({}, warned(function() assert.equal("x + :x_1", tostring(x + 5)) end))
    assert.same({}, warned(function() assert.equal("-x", tostring(-x)) end))
    assert.equal(4, #warned(function()
      x:like("a")
      x:in_{1, 2}
      x:desc()
      x:startswith("a", {autoescape = true})
    end))
  end)

  it("are none to those that say so", function()
    local Open = la.types.UserDefinedType:class("Open", {operator_classes = O.UNSPECIFIED})
    local texts = warned(function() return la.column("o", Open):eq(1) end)
    assert.is_truthy(texts[1]:find("Type object la.types.Open does not refer to an OperatorClass", 1, true))
  end)

  it("of decorators too, if they say them", function()
    local Code = la.types.TypeDecorator:class("Code", {impl = la.String, operator_classes = {O.BASE, O.COMPARISON}})
    local Plain = la.types.TypeDecorator:class("Plain", {impl = la.String})
    assert.equal(1, #warned(function() la.column("c", Code):contains("x") end))
    assert.same({}, warned(function() la.column("c", Code):eq("x") end))
    assert.same({}, warned(function() la.column("c", Plain):contains("x") end))
  end)

  it("of custom operators", function()
    assert.same({}, warned(function() x:op("++")(1) end))
    assert.same({}, warned(function() x:op("++", {operator_class = {O.MATH, O.BITWISE}})(1) end))
    local texts = warned(function() x:op("~~", {operator_class = O.STRING_MATCH})(1) end)
    assert.is_truthy(texts[1]:find("does not include custom operator '~~' in its operator classes", 1, true))
    local ok, e = pcall(x.op, x, "~~", {operator_class = "MATH"})
    assert.is_false(ok)
    assert.is_truthy(tostring(e):find("op(): argument 'operator_class' must be of la.OperatorClass", 1, true))
  end)

  it("are not asked where the type has an operator of its own", function()
    local Own = la.types.UserDefinedType:class("Own", {operator_classes = O.BASE,
      comparator_factory = la.types.TypeEngine.Comparator:class("C", {
        __add__ = function(self, other) return self:op("@")(other) end,
      })})
    local o = la.column("o", Own)
    assert.same({}, warned(function() assert.equal("o @ :o_1", tostring(o + 1)) end))
    assert.equal(1, #warned(function() return o - 1 end))
  end)

  it("refuse what they can't be", function()
    local Bad = la.types.UserDefinedType:class("Bad", {operator_classes = "MATH"})
    local ok, e = pcall(la.column("b", Bad).eq, la.column("b", Bad), 1)
    assert.is_false(ok)
    assert.is_truthy(tostring(e):find("la.types.Bad.operator_classes must be of la.OperatorClass", 1, true))
  end)

  it("the types of the library accept all operators, as with SQLAlchemy 2.0", function()
    assert.same({}, warned(function() la.column("j", la.JSON):contains("x") end))
  end)
end)

it("NumericCommon is what all numbers with digits have in common", function()
  assert.is_true(la.types.NumericCommon:is(la.Float()))
  assert.is_true(la.types.NumericCommon:is(la.Numeric(5, 2)))
  assert.is_false(la.types.NumericCommon:is(la.Integer()))
end)
