-- The mappings that a result gives are parameters: rows are copied as they were read.
local la = require "lualchemy"

describe("mappings of rows as parameters", function()
  local engine, from, to
  before_each(function()
    local m = la.MetaData()
    engine = la.create_engine("sqlite://")
    from = la.Table("source", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("name", la.String))
    to = la.Table("target", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("name", la.String))
    m:create_all(engine)
    engine:begin(function(conn) conn:execute(la.insert(from), {{id = 1, name = "a"}, {id = 2, name = la.NULL}}) end)
  end)
  after_each(function() engine:dispose() end)

  local function names(conn)
    local out = {}
    for _, row in ipairs(conn:execute(la.select(to):order_by(to.c.id)):all()) do
      out[#out + 1] = ("%d %s"):format(row.id, tostring(row.name))
    end
    return out
  end

  it("serve execute, one or many", function()
    engine:connect(function(conn)
      local rows = conn:execute(la.select(from)):mappings():all()
      conn:execute(la.insert(to), rows)
      assert.same({"1 a", "2 nil"}, names(conn))
      conn:execute(la.delete(to))
      conn:execute(la.insert(to), rows[1])
      conn:execute(la.text("INSERT INTO target VALUES (:id + 1, :name)"), rows[1])
      assert.same({"1 a", "2 a"}, names(conn))
      assert.equal("a", conn:scalar(la.text("SELECT :name"), conn:execute(la.select(from)):first()._mapping))
    end)
  end)

  it("serve values()", function()
    engine:connect(function(conn)
      local row = conn:execute(la.select(from):where(from.c.id:eq(2))):mappings():one()
      conn:execute(la.insert(to):values(row))
      assert.same({"2 nil"}, names(conn))
      conn:execute(la.update(to):values(conn:execute(la.select(from)):mappings():first()))
      assert.same({"1 a"}, names(conn))
    end)
  end)

  it("serve sessions", function()
    local Target = la.declarative_base():class("Target", {__table__ = to})
    local session = la.Session(engine)
    local rows = session:execute(la.select(from)):mappings():all()
    session:execute(la.insert(Target), rows)
    assert.equal("a", session:get(Target, 1).name)
    session:bulk_update_mappings(Target, session:execute(la.text("SELECT 1 AS id, 'c' AS name")):mappings():all())
    session:bulk_insert_mappings(Target, session:execute(la.text("SELECT 3 AS id")):mappings():all())
    session:expire_all()
    assert.equal("c", session:get(Target, 1).name)
    assert.is_nil(session:get(Target, 3).name)
    session:execute(la.update(Target):where(Target.id:eq(la.bindparam("key"))):values{name = la.bindparam("new")},
      session:execute(la.text("SELECT 2 AS key, 'b' AS new")):mappings():one())
    assert.equal("b", session:get(Target, 2).name)
    session:close()
  end)
end)
