-- Events of composites, of objects as their state, and in which order a collection is replaced.
local la = require "lualchemy"

local Pair = {}
Pair.__index = Pair
function Pair:__composite_values__() return {self.x, self.y} end
local function pair(x, y) return setmetatable({x = x, y = y}, Pair) end

describe("listeners", function()
  local A, heard

  before_each(function()
    heard = {}
    local Base = la.declarative_base()
    A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true}, x = la.Column{la.Integer},
      y = la.Column{la.Integer}, at = la.composite(pair, "x", "y"), bs = la.relationship{"B"}})
    Base:class("B", {__tablename__ = "b", id = la.Column{la.Integer, primary_key = true},
      a_id = la.Column{la.ForeignKey("a.id")}})
    Base.registry:configure()
  end)

  local function hear(...) heard[#heard + 1] = table.concat({...}, " ") end
  local function text(value)
    if value == la.NO_VALUE then return "NO_VALUE" end
    return value == nil and "nil" or value.x .. "," .. value.y
  end

  it("of a composite hear of its changes", function()
    la.event.listen(A.at, "set", function(_, value, old) hear(text(value), "after", text(old)) end)
    local a = A{at = pair(1, 2)}
    a.at = pair(3, 4)
    a.at = nil
    assert.same({"1,2 after NO_VALUE", "3,4 after 1,2", "nil after 3,4"}, heard)
  end)

  it("with {raw = true} are given the state of an object", function()
    la.event.listen(A, "init", function(state) hear("init", tostring(state.transient)) end, {raw = true})
    la.event.listen(A, "before_insert", function(_, _, state) hear("insert", tostring(state.pending)) end, {raw = true})
    local engine = la.create_engine("sqlite://")
    A.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add(A{x = 1})
    session:flush()
    session:close()
    assert.same({"init true", "insert true"}, heard)
  end)

  it("of a collection hear of the new one, of its objects, then of an old one that is made for it", function()
    la.event.listen(A.bs, "init_collection", function() hear("init") end)
    la.event.listen(A.bs, "bulk_replace", function() hear("replace") end)
    A{bs = {}}
    assert.same({"init", "replace", "init"}, heard)
  end)
end)
