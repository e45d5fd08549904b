-- An object that is made of many rows has its whole collection, however many of its rows were asked for.
local la = require "lualchemy"

describe("a statement with joined collections", function()
  local Base = la.declarative_base()
  local A = Base:class("A", {__tablename__ = "a", id = la.Column(la.Integer, {primary_key = true}),
    bs = la.relationship("B", {order_by = "B.id"})})
  local B = Base:class("B", {__tablename__ = "b", id = la.Column(la.Integer, {primary_key = true}),
    a_id = la.Column(la.ForeignKey("a.id"))})
  local session
  local stmt = la.select(A):options(la.joinedload(A.bs)):order_by(A.id)

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add_all{A{id = 1, bs = {B(), B(), B()}}, A{id = 2, bs = {B(), B(), B(), B()}}, A{id = 3}}
    session:commit()
    session:expunge_all()
  end)

  it("gives them whole to first() and scalar(), which need no unique()", function()
    assert.equal(3, #session:scalars(stmt):first().bs)
    session:expunge_all()
    assert.equal(3, #session:scalar(stmt).bs)
    session:expunge_all()
    assert.equal(3, #session:execute(stmt):first()[1].bs)
    session:expunge_all()
    assert.equal(3, #session:query(A):options(la.joinedload(A.bs)):first().bs)
  end)

  it("gives them whole to one(), fetchmany(), fetchone(), partitions() and loops", function()
    assert.equal(4, #session:scalars(stmt:where(A.id:eq(2))):unique():one().bs)
    session:expunge_all()
    assert.equal(4, #session:query(A):options(la.joinedload(A.bs)):filter(A.id:eq(2)):one().bs)
    session:expunge_all()
    local function sizes(objects)
      local out = {}
      for i, a in ipairs(objects) do out[i] = #a.bs end
      return out
    end
    local result = session:scalars(stmt):unique()
    assert.same({3, 4}, sizes(result:fetchmany(2)))
    assert.same({0}, sizes(result:fetchmany(2)))
    assert.same({}, result:fetchmany(2))
    session:expunge_all()
    result = session:execute(stmt):unique()
    assert.equal(3, #result:fetchone()[1].bs)
    assert.equal(4, #result:fetchone()[1].bs)
    session:expunge_all()
    local found = {}
    for part in session:scalars(stmt):unique():partitions(1) do found[#found + 1] = sizes(part) end
    assert.same({{3}, {4}, {0}}, found)
    session:expunge_all()
    found = {}
    for a in session:scalars(stmt):unique() do found[#found + 1] = #a.bs end
    assert.same({3, 4, 0}, found)
  end)

  it("asks for unique() where rows would repeat an object", function()
    for _, method in ipairs{"all", "one", "one_or_none", "fetchmany"} do
      local ok, e = pcall(function()
        local result = session:scalars(stmt)
        return result[method](result)
      end)
      assert.is_false(ok)
      assert.matches("The unique() method must be invoked on this Result, as it contains results that include joined "
        .. "eager loads against collections", tostring(e), 1, true)
    end
    assert.same({}, session:scalars(stmt:where(A.id:gt(9))):all())
  end)
end)
