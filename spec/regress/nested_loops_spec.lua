-- A loop over a Query, or over a dynamic relationship, within a loop over the same one.
local la = require "lualchemy"

local Base = la.declarative_base()
local Parent = Base:class("Parent", {__tablename__ = "parent", id = la.Column(la.Integer, {primary_key = true}),
  children = la.relationship("Child", {lazy = "dynamic", order_by = "Child.id"})})
local Child = Base:class("Child", {__tablename__ = "child", id = la.Column(la.Integer, {primary_key = true}),
  parent_id = la.Column(la.Integer, la.ForeignKey("parent.id"))})

--- The pairs that two loops over x come to; leave: where the inner one is left.
local function pairs_of(x, leave)
  local out = {}
  for a in x do
    for b in x do
      out[#out + 1] = a.id .. b.id
      if #out > 20 then error("the loops do not end") end
      if leave and leave(a, b) then break end
    end
  end
  return table.concat(out, " ")
end

describe("loops within loops", function()
  local session, query, children

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(Parent{children = {Child{}, Child{}, Child{}}})
    session:commit()
    query, children = session:query(Child):order_by(Child.id), session:get(Parent, 1).children
  end)

  after_each(function() session:close() end)

  it("are apart", function()
    assert.equal("11 12 13 21 22 23 31 32 33", pairs_of(query))
    assert.equal("11 12 13 21 22 23 31 32 33", pairs_of(children))
    local n = 0
    for _ in query do for _ in query do for _ in query do n = n + 1 end end end
    assert.equal(27, n)
  end)

  it("go on where the inner one was left", function()
    local function second(_, b) return b.id == 2 end
    local function same(a, b) return a == b end
    for _, x in ipairs{query, children} do
      assert.equal("11 12 21 22 31 32", pairs_of(x, second))
      assert.equal("11 21 22 31 32 33", pairs_of(x, same))
    end
  end)

  it("may be left one after the other", function()
    for _, x in ipairs{query, children} do
      for _ = 1, 20 do
        for a in x do
          if a.id == 2 then break end
        end
      end
      assert.equal("11 12 13 21 22 23 31 32 33", pairs_of(x))
    end
  end)

  it("over queries without rows end", function()
    local none = query:filter(Child.id:lt(0))
    for _ in none do for _ in none do error("there is none") end end
    for _ in query do for _ in none do error("there is none") end end
  end)
end)
