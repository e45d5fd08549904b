-- Flushes, blocks and loads as programs of SQLAlchemy's tests use them.
local la = require "lualchemy"

local function id() return la.Column{la.Integer, primary_key = true} end

local engine, session, statements

local function watch(Base)
  engine, statements = la.create_engine("sqlite://"), {}
  Base.metadata:create_all(engine)
  session = la.Session(engine)
  la.event.listen(engine, "before_cursor_execute", function(_, _, statement)
    statements[#statements + 1] = statement
  end)
end

local function message(fn, ...)
  local ok, e = pcall(fn, ...)
  assert.is_false(ok)
  return tostring(e)
end

describe("a block whose transaction has ended", function()
  local User
  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = id(), name = la.Column{la.String}})
    watch(Base)
  end)

  local CLOSED = "Can't operate on closed transaction inside context manager.  Please complete the context manager "
    .. "before emitting further commands."

  for _, ending in ipairs{"commit", "rollback"} do
    it("lets nothing more be done after " .. ending .. "()", function()
      for _, block in ipairs{"begin", "begin_nested"} do
        for _, use in ipairs{function() session:add(User{name = "a"}) end, function() session:begin() end,
          function() session:execute(la.select(1)) end, function() session:connection() end} do
          assert.equal(CLOSED, message(function()
            session[block](session, function()
              session[ending](session)
              use()
            end)
          end))
          assert.is_false(session:in_transaction())
        end
      end
      assert.equal(0, session:scalar(la.select(la.func.count(User.id))))
    end)
  end

  it("ends well when what was refused within it was caught", function()
    session:begin(function()
      session:execute(la.text("SELECT 1"))
      pcall(session.begin_nested, session, function() error("no") end)
      session:add(User{name = "a"})
    end)
    assert.equal(1, session:scalar(la.select(la.func.count(User.id))))
  end)
end)

describe("rows in the place of deleted ones", function()
  it("with nothing but a key get no UPDATE", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {__tablename__ = "users", name = la.Column{la.String, primary_key = true}})
    watch(Base)
    local old, new = User{name = "a"}, User{name = "a"}
    session:add(old)
    session:commit()
    session:delete(old)
    session:add(new)
    statements = {}
    session:flush()
    for _, statement in ipairs(statements) do assert.is_nil(statement:find("^UPDATE")) end
    assert.is_true(session:contains(new))
    session:rollback()
    assert.is_true(session:contains(old))
  end)

  it("count their version on, and write what was set alone", function()
    local Base = la.declarative_base()
    local v = la.Column("v", la.Integer)
    local P = Base:class("P", {__tablename__ = "p", id = id(), v = v, data = la.Column{la.String},
      other = la.Column{la.String}, __mapper_args__ = {version_id_col = v}})
    watch(Base)
    session:add(P{id = 1, data = "a", other = "o"})
    session:commit()
    session:delete(session:get(P, 1))
    session:add(P{id = 1, data = "b"})
    statements = {}
    session:commit()
    assert.same({"UPDATE p SET v=?, data=? WHERE p.id = ? AND p.v = ?"}, statements)
    local p = session:get(P, 1)
    assert.same({2, "b", "o"}, {p.v, p.data, p.other})
  end)
end)

describe("a key of which a part is NULL", function()
  local T, t
  before_each(function()
    local Base = la.declarative_base()
    T = Base:class("T", {__tablename__ = "t1", a = la.Column{la.String, primary_key = true, nullable = true},
      b = la.Column{la.String, primary_key = true, nullable = true}, c = la.Column{la.String}})
    watch(Base)
    t = T{a = "1"}
    session:add(t)
    session:commit()
  end)

  it("finds the row again", function()
    assert.equal("1", t.a)
    session:expire(t, {"c"})
    assert.is_nil(t.c)
  end)

  it("is no key for an UPDATE or a DELETE", function()
    t.c = "x"
    assert.equal("Can't update table t1 using NULL for primary key value on column t1.b",
      message(session.commit, session))
    session:rollback()
    t.b = "x"
    assert.equal("Can't update table t1 using NULL for primary key value on column t1.b",
      message(session.commit, session))
    session:rollback()
    session:delete(t)
    assert.equal("Can't delete from table t1 using NULL for primary key value on column t1.b",
      message(session.commit, session))
  end)
end)

it("keys may be expressions", function()
  local Base = la.declarative_base()
  local T = Base:class("T", {__tablename__ = "t", id = id(), data = la.Column{la.String}})
  watch(Base)
  local t = T{id = la.literal(5) + 10, data = "x"}
  session:add(t)
  session:flush()
  assert.equal(15, t.id)
  t.id = la.literal(1) + 100
  session:flush()
  assert.equal(101, t.id)
  assert.equal(t, session:get(T, 101))
end)

it("post_update counts the version on", function()
  local Base = la.declarative_base()
  local key, v = id(), la.Column("v", la.Integer)
  local Node = Base:class("Node", {__tablename__ = "node", id = key, v = v,
    parent_id = la.Column{la.ForeignKey("node.id")},
    related = la.relationship{"Node", post_update = true, remote_side = key}, __mapper_args__ = {version_id_col = v}})
  watch(Base)
  local a, b = Node{id = 1}, Node{id = 2}
  session:add_all{a, b}
  session:commit()
  a.related = b
  session:flush()
  assert.same({2, 1}, {a.v, b.v})
  session:connection():execute(la.text("UPDATE node SET v = 7"))
  a.related = nil
  assert.equal("UPDATE statement on table 'node' expected to update 1 row(s); 0 were matched.",
    message(session.flush, session))
end)

it("rows with versions that were changed elsewhere are counted together", function()
  local Base = la.declarative_base()
  local v = la.Column("v", la.Integer)
  local T = Base:class("T", {__tablename__ = "t", id = id(), v = v, n = la.Column{la.Integer},
    __mapper_args__ = {version_id_col = v}})
  watch(Base)
  local a, b = T{n = 1}, T{n = 2}
  session:add_all{a, b}
  session:flush()
  session:execute(la.text("UPDATE t SET v = 5 WHERE id = 1"))
  a.n, b.n = 7, 8
  assert.equal("UPDATE statement on table 't' expected to update 2 row(s); 1 were matched.",
    message(session.flush, session))
end)

describe("a relationship to an object by its key", function()
  local P, C, D
  before_each(function()
    local Base = la.declarative_base()
    P = Base:class("P", {__tablename__ = "p", id = id(), data = la.Column{la.String},
      one = la.relationship{"D", uselist = false, back_populates = "p"}})
    C = Base:class("C", {__tablename__ = "c", id = id(), p_id = la.Column{la.ForeignKey("p.id")},
      p = la.relationship{"P"}})
    D = Base:class("D", {__tablename__ = "d", id = la.Column{la.ForeignKey("p.id"), primary_key = true},
      data = la.Column{la.String}, p = la.relationship{"P", back_populates = "one"}})
    watch(Base)
  end)

  it("reads it again where it has expired", function()
    local p = P{data = "a"}
    session:add(C{p = p})
    session:commit()
    local c = session:get(C, 1)
    statements = {}
    assert.equal(p, c.p)
    assert.equal(1, #statements)
    session:commit()
    session:execute(la.text("DELETE FROM p"))
    assert.is_nil(c.p)
    assert.is_false(session:contains(p))
  end)

  it("finds one that shares its key without SQL", function()
    session:add(P{id = 1, one = D{data = "d"}})
    session:commit()
    local d, p = session:get(D, 1), session:get(P, 1)
    statements = {}
    assert.equal(d, p.one)
    assert.same({}, statements)
    session:expunge(d)
    session:expire(p)
    assert.equal("d", p.one.data)
    assert.equal("SELECT d.id AS d_id, d.data AS d_data \nFROM d \nWHERE d.id = ?", statements[#statements])
  end)
end)

it("is_modified() tells of a row's own changes alone without include_collections", function()
  local Base = la.declarative_base()
  local P = Base:class("P", {__tablename__ = "p", id = id(), name = la.Column{la.String}, cs = la.relationship{"C"}})
  local C = Base:class("C", {__tablename__ = "c", id = id(), p_id = la.Column{la.ForeignKey("p.id")}})
  watch(Base)
  local p = P{}
  session:add(p)
  session:flush()
  p.cs:append(C{})
  assert.is_true(session:is_modified(p))
  assert.is_false(session:is_modified(p, {include_collections = false}))
  p.name = "x"
  assert.is_true(session:is_modified(p, {include_collections = false}))
end)
