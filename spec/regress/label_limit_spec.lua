-- A label remembers whether the parentheses within it are its own; limit() forgets all of fetch().
local la = require "lualchemy"

describe("negation of a label", function()
  local c = la.column("c", la.String)

  it("keeps parentheses that were there before", function()
    assert.equal("NOT (c LIKE :c_1 || '%')", tostring(la.not_(la.and_(c:startswith("Z")):label(nil))))
  end)

  it("keeps those that a list of conditions needs", function()
    assert.equal("NOT (c LIKE '%' || :c_1)", tostring(la.not_(la.and_(c:endswith("x"):label("q")))))
  end)

  it("negates within those of the label", function()
    assert.equal("(c NOT IN (__[POSTCOMPILE_c_1]))", tostring(la.not_(c:in_{1}:label(nil))))
    assert.equal("(lower(c) NOT LIKE lower(:c_1) || '%')", tostring(la.not_(c:istartswith("z"):label("x"):label("y"))))
  end)
end)

describe("a comparison with EXISTS", function()
  it("asks EXISTS first, as Python does", function()
    assert.equal("(EXISTS (SELECT)) > (NOT 1)", tostring((la.not_(la.literal_column("1"))):lt(la.select():exists())))
  end)
end)

describe("limit() after fetch()", function()
  it("is a limit without percent", function()
    local t = la.table("t", la.column("a"))
    local stmt = la.select(t.c.a):fetch(3, {percent = true}):limit(t.c.a)
    assert.equal("SELECT t.a \nFROM t\n FETCH FIRST t.a ROWS ONLY", tostring(stmt:compile{dialect = "oracle"}))
  end)
end)
