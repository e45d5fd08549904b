-- Autoflush: statements of the ORM flush before they run, those of Core do not.
local la = require "lualchemy"

describe("autoflush", function()
  local Base = la.declarative_base()
  local Thing = Base:class("Thing", {__tablename__ = "thing", id = la.Column{la.Integer, primary_key = true}})
  local t = Thing.__table__
  local session

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(Thing{id = 1})
  end)
  after_each(function() session:close() end)

  local function pending_after(stmt)
    session:execute(stmt):close()
    return #session.new
  end

  it("does not come before texts, and statements of tables alone", function()
    for _, stmt in ipairs{la.text("SELECT count(*) FROM thing"), la.select(t), la.select(la.func.count(t.c.id)),
      la.select(la.literal(1)), la.select(t):subquery():select(), la.union(la.select(t.c.id), la.select(t.c.id))} do
      assert.equal(1, pending_after(stmt), tostring(stmt))
    end
    assert.equal(0, session:scalar(la.select(la.func.count(t.c.id))))
  end)

  it("comes where classes are anywhere in the statement, in its FROM, too", function()
    local below, cte = la.select(Thing):subquery(), la.select(Thing.id):cte("c")
    for _, stmt in ipairs{la.select(Thing.id), la.select(la.func.count()):select_from(Thing),
      la.select(la.func.count()):select_from(below), la.select(below.c.id), la.select(cte.c.id),
      la.select(la.func.count()):select_from(la.union(la.select(Thing.id), la.select(Thing.id)):subquery()),
      la.select(t.c.id):where(t.c.id:in_(la.select(Thing.id))),
      la.select(la.func.coalesce(la.select(la.func.max(Thing.id)):scalar_subquery(), 0))} do
      assert.equal(0, pending_after(stmt), tostring(stmt))
      session:rollback()
      session:add(Thing{id = 1})
    end
  end)

  it("comes where do_orm_execute is told of a statement of the ORM", function()
    local seen = {}
    la.event.listen(session, "do_orm_execute", function(state) seen[#seen + 1] = state.is_orm_statement end)
    for _, stmt in ipairs{la.select(la.select(Thing):subquery().c.id), la.select(t:alias())} do
      session:execute(stmt):close()
    end
    assert.same({true, false}, seen)
  end)

  it("comes before every Query that does not turn it off", function()
    for _, read in ipairs{
      function(query) return query(t.c.id):all()[1][1] end,
      function(query) return query(la.func.count(t.c.id)):scalar() end,
      function(query) return query(t.c.id):count() end,
    } do
      local function query(...) return session:query(...) end
      assert.equal(1, read(query))
      session:rollback()
      session:add(Thing{id = 1})
    end
    assert.equal(0, session:query(t.c.id):autoflush(false):count())
  end)
end)
