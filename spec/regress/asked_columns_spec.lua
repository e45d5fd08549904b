-- What an INSERT of the unit of work asks for, and for which objects the loads behind a lazy load are.
local la = require "lualchemy"

local statements

local function watched(Base)
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  statements = {}
  la.event.listen(engine, "before_cursor_execute", function(_, _, statement)
    statements[#statements + 1] = (statement:gsub("%s*\n%s*", " "))
  end)
  return la.Session(engine)
end

describe("an INSERT of the unit of work", function()
  local function inserted(key, columns, values)
    local Base = la.declarative_base()
    local body = {__tablename__ = "a", id = la.Column{key, primary_key = true}}
    for k, v in pairs(columns) do body[k] = v end
    local A = Base:class("A", body)
    local session = watched(Base)
    local a = A(values)
    session:add(a)
    session:flush()
    return statements[1], a
  end

  it("does not ask for what a default of the program gives", function()
    local sql, a = inserted(la.Integer, {q = la.Column{la.Integer, default = 3, server_default = "5"}}, {})
    assert.equal("INSERT INTO a (q) VALUES (?) RETURNING id", sql)
    assert.equal(3, a.q)
    assert.equal(1, a.id)
  end)

  it("asks for what an expression gives", function()
    local q = la.Column{la.Integer, default = la.text("1 + 1"), server_default = "5"}
    local sql, a = inserted(la.Integer, {q = q}, {})
    assert.equal("INSERT INTO a (q) VALUES (1 + 1) RETURNING id, q", sql)
    assert.equal(2, a.q)
  end)

  it("asks for a given key only where NULL would have made one", function()
    local q = la.Column{la.Integer, server_default = "5"}
    assert.equal("INSERT INTO a (id) VALUES (?) RETURNING id, q", (inserted(la.Integer, {q = q}, {id = 4})))
    q = la.Column{la.Integer, server_default = "5"}
    local sql, a = inserted(la.String, {q = q}, {id = "x"})
    assert.equal("INSERT INTO a (id) VALUES (?) RETURNING q", sql)
    assert.equal(5, a.q)
    assert.equal(1, #statements)
  end)
end)

describe("a lazy load", function()
  it("is followed by loads for new objects alone", function()
    local Base = la.declarative_base()
    local C = Base:class("C", {__tablename__ = "c", id = la.Column{la.Integer, primary_key = true}})
    local B = Base:class("B", {__tablename__ = "b", id = la.Column{la.Integer, primary_key = true},
      a_id = la.Column{la.ForeignKey("a.id")}, c_id = la.Column{la.ForeignKey("c.id")},
      c = la.relationship{"C", lazy = "selectin"}})
    local A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true},
      bs = la.relationship{"B", order_by = "B.id"}})
    local session = watched(Base)
    local one, two = B{c = C{}}, B{c = C{}}
    local a = A{bs = {one, two}}
    session:add(a)
    session:commit()
    statements = {}
    assert.equal(2, #a.bs)
    assert.equal(2, #statements)
    session:expunge_all()
    a = session:get(A, 1)
    statements = {}
    assert.equal(2, #a.bs)
    assert.equal(2, #statements)
    assert.truthy(statements[2]:find("FROM c", 1, true))
  end)
end)
