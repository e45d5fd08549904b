-- What schema items, their statements and names tell of themselves.
local la = require "lualchemy"

describe("info", function()
  it("is kept by sequences, identities and computed columns, too", function()
    for _, item in ipairs{la.Sequence("s"), la.Identity(), la.Computed("a + 1")} do
      assert.same({}, item.info)
      item.info.owner = "me"
      assert.equal("me", item.info.owner)
      item.info = {owner = "you"}
      assert.equal("you", item.info.owner)
    end
  end)
end)

describe("defaults", function()
  it("say whether they are for UPDATE", function()
    assert.is_false(la.Sequence("s").for_update)
    assert.is_true(la.Sequence("s", {for_update = true}).for_update)
    assert.is_false(la.Identity().for_update)
    assert.is_false(la.Computed("a").for_update)
    assert.is_true(la.FetchedValue(true).for_update)
  end)
end)

describe("CreateTable", function()
  local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.String))

  it("has a statement for each column", function()
    local columns = la.schema.CreateTable(t).columns
    assert.equal(2, #columns)
    assert.equal(t.c.x, columns[2].element)
    assert.equal("id INTEGER NOT NULL", tostring(columns[1]))
  end)

  it("alone has them", function()
    assert.has_error(function() return la.schema.DropTable(t).columns end, "only CreateTable has columns")
  end)
end)

describe("quoted_name", function()
  it("tells whether it is quoted, and prints as its text", function()
    assert.is_true(la.quoted_name("Name", true).quote)
    assert.is_false(la.quoted_name("Name", {quote = false}).quote)
    assert.is_nil(la.quoted_name("Name", nil).quote)
    assert.equal("Name", tostring(la.quoted_name("Name", true)))
  end)

  it("keeps its letters where it is quoted", function()
    assert.equal("Name", tostring(la.quoted_name("Name", true):lower()))
    assert.equal("name", la.quoted_name("Name", false):lower())
    assert.equal("NAME", la.quoted_name("Name", nil):upper())
  end)
end)

describe("OVER", function()
  it("tells its frame as it was given", function()
    local function over(frame) return la.func.f():over(frame) end
    assert.same({-1, 2}, over{rows = {-1, 2}}.rows)
    assert.same({la.NULL, 0}, over{range_ = {la.NULL, 0}}.range_)
    assert.same({1, la.NULL}, over{groups = {1, la.NULL}}.groups)
    assert.is_nil(over{rows = {-1, 2}}.range_)
    assert.is_nil(over{}.rows)
  end)
end)

describe("what has no schema and no table", function()
  it("says so", function()
    local t = la.Table("t", la.MetaData(), la.Column("x", la.Integer), {schema = "s"})
    assert.is_nil(t:alias().schema)
    assert.is_nil(t.c.x:label("q").table)
    assert.is_false(t.c.x:label("q").is_literal)
  end)
end)
