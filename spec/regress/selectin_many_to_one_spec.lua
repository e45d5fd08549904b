--- selectinload of many-to-one relationships: by the foreign keys of the objects, or by a join where these miss.
local la = require "lualchemy"

describe("selectinload of a many-to-one relationship", function()
  local engine, sent

  local function classes(o)
    local Base = la.declarative_base()
    local B = Base:class("B", {__tablename__ = "b", id = la.Column{la.Integer, primary_key = true}})
    local A = Base:class("A", {
      __tablename__ = "a",
      id = la.Column{la.Integer, primary_key = true},
      b_id = la.Column{la.ForeignKey("b.id")},
      b = la.relationship("B", o),
    })
    engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    session:execute(la.text("INSERT INTO b (id) VALUES (1), (2)"))
    session:execute(la.text("INSERT INTO a (id, b_id) VALUES (1, 1), (2, 2), (3, NULL)"))
    sent = {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, statement) sent[#sent + 1] = statement end)
    return session, A, B
  end

  local function load(session, A, ...)
    local found = {}
    for i, a in ipairs(session:scalars(la.select(A):order_by(A.id):options(...)):all()) do
      found[i] = a.b and a.b.id or "none"
    end
    return found
  end

  it("asks for the keys that the objects have", function()
    local session, A = classes{lazy = "select"}
    assert.same({1, 2, "none"}, load(session, A, la.selectinload(A.b)))
    assert.equal("SELECT b.id AS b_id \nFROM b \nWHERE b.id IN (?, ?)", sent[2])
    assert.equal(2, #sent)
  end)

  it("joins where the foreign keys are not loaded", function()
    local session, A = classes{lazy = "select"}
    assert.same({1, 2, "none"}, load(session, A, la.selectinload(A.b), la.defer(A.b_id)))
    assert.equal("SELECT a_1.id AS a_1_id, b.id AS b_id \nFROM a AS a_1 JOIN b ON b.id = a_1.b_id \n"
      .. "WHERE a_1.id IN (?, ?, ?)", sent[2])
    assert.equal(2, #sent)
  end)

  it("joins where omit_join says so", function()
    local session, A = classes{omit_join = false}
    assert.same({1, 2, "none"}, load(session, A, la.selectinload(A.b)))
    assert.equal("SELECT a_1.id AS a_1_id, b.id AS b_id \nFROM a AS a_1 JOIN b ON b.id = a_1.b_id \n"
      .. "WHERE a_1.id IN (?, ?, ?)", sent[2])
  end)

  it("gives those alone that its conditions choose, whatever the session has", function()
    local session, A, B = classes{lazy = "select"}
    local first = session:get(B, 1)
    sent = {}
    assert.same({"none", 2, "none"}, load(session, A, la.selectinload(A.b:and_(B.id:gt(1)))))
    assert.equal("SELECT b.id AS b_id \nFROM b \nWHERE b.id IN (?, ?) AND b.id > ?", sent[2])
    assert.equal(1, first.id)
  end)
end)

it("what a lazy load brings keeps lazy = \"raise\" of its way back", function()
  local Base = la.declarative_base()
  local A = Base:class("A", {
    __tablename__ = "a",
    id = la.Column{la.Integer, primary_key = true},
    bs = la.relationship("B", {back_populates = "a"}),
  })
  local B = Base:class("B", {
    __tablename__ = "b",
    id = la.Column{la.Integer, primary_key = true},
    a_id = la.Column{la.ForeignKey("a.id")},
    a = la.relationship("A", {back_populates = "bs", lazy = "raise"}),
  })
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  local session = la.Session(engine)
  session:add(A{bs = {B()}})
  session:commit()
  session:expunge_all()
  local b = session:scalars(la.select(A)):one().bs[1]
  local ok, e = pcall(function() return b.a end)
  assert.is_false(ok)
  assert.truthy(tostring(e):find("'B.a' is not available due to lazy='raise'", 1, true))
end)
