-- t.c finds a table's columns by name where Lua looks first; what stood there before must not be found.
local la = require "lualchemy"

describe("t.c", function()
  local function table_of(metadata)
    return la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.Integer))
  end

  it("gives the column that took another one's place", function()
    local metadata = la.MetaData()
    local t = table_of(metadata)
    local before = t.c.x
    la.Table("t", metadata, la.Column("x", la.String(5)), {extend_existing = true})
    assert.is_false(rawequal(before, t.c.x))
    assert.equal("VARCHAR(5)", tostring(t.c.x.type))
    t:append_column(la.Column("x", la.Boolean), {replace_existing = true})
    assert.equal("BOOLEAN", tostring(t.c.x.type))
  end)

  it("gives the same column each time", function()
    local t = table_of(la.MetaData())
    local first = t.c.x
    collectgarbage()
    collectgarbage()
    assert.is_true(rawequal(first, t.c.x))
    assert.is_true(rawequal(t.c[2], t.c.x))
  end)

  it("gives a column that was named like a method after the method was called", function()
    local t = table_of(la.MetaData())
    assert.same({"id", "x"}, t.c:keys())
    t:append_column(la.Column("keys", la.Integer))
    assert.equal("t.keys", tostring(t.c.keys))
    assert.equal(3, #t.c)
  end)

  it("names the column that is missing though one is named keys", function()
    local t = table_of(la.MetaData())
    t:append_column(la.Column("keys", la.Integer))
    local ok, e = pcall(function() return t.c.idd end)
    assert.is_false(ok)
    assert.matches("t has no column 'idd'; did you mean 'id'?", tostring(e), 1, true)
  end)

  it("cannot be written to", function()
    local t = table_of(la.MetaData())
    local before = t.c.x
    assert.is_false(pcall(function() t.c.x = before end))
    assert.is_false(pcall(function() t.c.other = before end))
  end)
end)

describe("nodes", function()
  it("are told from other userdata of their size", function()
    local file = io.tmpfile()
    for _, x in ipairs{file, la.table("t", la.column("a")).c} do
      local ok, e = pcall(function() return la.select(la.column("a")):select_from(x) end)
      assert.is_false(ok)
      assert.is_true(la.exc.ArgumentError:is(e))
    end
    file:close()
  end)
end)
