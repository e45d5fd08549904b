-- Values that are written out when a statement is executed pass through users' types; numbers as booleans.
local la = require "lualchemy"

describe("literal_execute", function()
  local Wrapped = la.types.TypeDecorator:class("Wrapped", {impl = la.String, cache_ok = true,
    process_bind_param = function(_, value) return "<" .. value .. ">" end})
  local Other = la.types.TypeDecorator:class("Other", {impl = la.String, cache_ok = true,
    process_literal_param = function() return "it" end})

  it("asks process_literal_param, else process_bind_param", function()
    la.create_engine("sqlite://"):connect(function(conn)
      assert.equal("it", conn:scalar(la.select(la.literal("a", Other(), {literal_execute = true}))))
      assert.equal("a", conn:scalar(la.select(la.literal("a", Other()))))
      assert.equal("<a>", conn:scalar(la.select(la.literal("a", Wrapped(), {literal_execute = true}))))
    end)
  end)

  it("asks them where the text is rendered, too", function()
    local function text(value, type_)
      return tostring(la.literal(value, type_, {literal_execute = true}):compile{render_postcompile = true})
    end
    assert.equal("'it'", text(1.5, Other()))
    assert.equal("'<a>'", text("a", Wrapped()))
  end)
end)

describe("a boolean", function()
  it("may be given as the number 0.0 or 1.0", function()
    local conn = la.create_engine("sqlite://"):connect()
    assert.is_true(conn:scalar(la.select(la.literal(1.0, la.Boolean))))
    assert.equal("false", tostring(la.literal(-0.0, la.Boolean):compile{dialect = "postgresql", literal_binds = true}))
    assert.has_error(function() conn:scalar(la.select(la.literal(0.5, la.Boolean))) end)
    conn:close()
  end)
end)

describe("filter_by()", function()
  it("speaks of the name that is not there before joins that can't be made", function()
    local metadata = la.MetaData()
    local a = la.Table("a", metadata, la.Column("id", la.Integer, {primary_key = true}))
    local b = la.Table("b", metadata, la.Column("id", la.Integer, {primary_key = true}))
    local ok, e = pcall(function() return la.select(a):join(b):filter_by{nope = 1} end)
    assert.is_false(ok)
    assert.matches('Entity namespace for "b" has no property "nope"', tostring(e), 1, true)
  end)
end)
