-- Mutable values that a plain table takes the place of; composites in options of columns.
local la = require "lualchemy"

describe("attributes of values with parts", function()
  it("take a plain table in the place of a mutable one", function()
    local Base = la.declarative_base()
    local Doc = Base:class("Doc", {
      __tablename__ = "doc", id = la.Column{la.Integer, primary_key = true},
      data = la.Column{la.mutable.MutableDict.as_mutable(la.JSON)},
      list = la.Column{la.mutable.MutableList.as_mutable(la.JSON)},
    })
    local doc = Doc{data = {a = 1}, list = {1}}
    local before = doc.data
    doc.data, doc.list = {b = 2}, {3, 1, 2}
    doc.list:sort()
    assert.same({2, 1, 3}, {doc.data.b, doc.list[1], doc.list[3]})
    assert.is_false(before == doc.data)
    doc.data = {a = 1}
    assert.is_true(before == doc.data)
  end)

  it("change where pop() finds nothing, as any call that may change", function()
    local Base = la.declarative_base()
    local Doc = Base:class("Doc", {
      __tablename__ = "doc", id = la.Column{la.Integer, primary_key = true},
      data = la.Column{la.mutable.MutableDict.as_mutable(la.JSON)},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    local doc = Doc{data = {a = 1}}
    session:add(doc)
    session:commit()
    assert.equal("none", doc.data:pop("b", "none"))
    assert.is_true(session:is_modified(doc))
    session:close()
  end)

  it("are named whole in options of columns", function()
    local Point = setmetatable({}, {__call = function(class, x, y) return setmetatable({x = x, y = y}, class) end})
    Point.__index = Point
    Point.__composite_values__ = function(point) return {point.x, point.y} end
    local Base = la.declarative_base()
    local Line = Base:class("Line", {
      __tablename__ = "line", id = la.Column{la.Integer, primary_key = true}, x = la.Column{la.Integer},
      y = la.Column{la.Integer}, name = la.Column{la.String}, start = la.composite(Point, "x", "y"),
    })
    assert.equal("SELECT line.id, line.x, line.y \nFROM line",
      tostring(la.select(Line):options(la.load_only(Line.start))))
    assert.equal("SELECT line.id, line.name \nFROM line", tostring(la.select(Line):options(la.defer(Line.start))))
  end)
end)
