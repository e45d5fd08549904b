-- Classes mapped to SELECTs: their objects are written to the tables that are selected from.
local la = require "lualchemy"

describe("a class mapped to a SELECT", function()
  local engine, session, metadata

  local function open()
    engine = la.create_engine "sqlite://"
    metadata:create_all(engine)
    session = la.Session(engine)
  end

  it("of a table writes the table's rows, with versions", function()
    metadata = la.MetaData()
    local t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}), la.Column("value", la.String),
      la.Column("version_id", la.Integer, {nullable = false}))
    open()
    local Thing = la.class("Thing", {})
    la.registry():map_imperatively(Thing, la.select(t):where(t.c.id:gt(0)):alias "current",
      {version_id_col = t.c.version_id})
    local thing = Thing{value = "x"}
    session:add(thing)
    session:commit()
    assert.equal(1, thing.version_id)
    thing.value = "y"
    session:commit()
    assert.same({1, "y", 2}, {session:execute(la.select(t)):one():unpack()})
    session:delete(thing)
    session:commit()
    assert.is_nil(session:execute(la.select(t)):first())
  end)

  it("of a join writes those tables whose keys it has", function()
    metadata = la.MetaData()
    local a = la.Table("a", metadata, la.Column("id", la.Integer, {primary_key = true}), la.Column("data", la.String))
    local b = la.Table("b", metadata, la.Column("id", la.Integer, la.ForeignKey "a.id", {primary_key = true}),
      la.Column("more", la.String))
    open()
    local Thing = la.class("Thing", {})
    la.registry():map_imperatively(Thing, la.select(a, b.c.more):select_from(a:outerjoin(b)):subquery "both")
    session:add(Thing{data = "x"})
    session:commit()
    assert.equal("x", session:scalar(la.select(a.c.data)))
    assert.is_nil(session:execute(la.select(b)):first())
  end)
end)

describe("a partial key", function()
  it("of which a part was never set is not looked for by merge", function()
    local Base, sent = la.declarative_base(), 0
    local Thing = Base:class("Thing", {__tablename__ = "thing", i = la.Column{la.Integer, primary_key = true},
      j = la.Column{la.Integer, primary_key = true}})
    local engine = la.create_engine "sqlite://"
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    la.event.listen(engine, "before_cursor_execute", function() sent = sent + 1 end)
    local merged = session:merge(Thing{j = 1})
    assert.equal(0, sent)
    merged.i = 5
    session:commit()
    assert.equal(5, merged.i)
  end)
end)

describe("an object of a session", function()
  local session, Thing, heard

  before_each(function()
    local Base = la.declarative_base()
    Thing = Base:class("Thing", {__tablename__ = "thing", id = la.Column{la.Integer, primary_key = true}})
    local engine = la.create_engine "sqlite://"
    Base.metadata:create_all(engine)
    session, heard = la.Session(engine), {}
    for _, name in ipairs{"detached_to_persistent", "deleted_to_detached", "persistent_to_deleted"} do
      la.event.listen(session, name, function() heard[#heard + 1] = name end)
    end
  end)

  it("that was detached and is deleted tells of both", function()
    local thing = Thing{id = 1}
    session:add(thing)
    session:commit()
    session:expunge(thing)
    session:delete(thing)
    session:flush()
    assert.same({"detached_to_persistent", "persistent_to_deleted"}, heard)
  end)

  it("that a rollback makes new after its deletion tells of it", function()
    local thing = Thing{id = 1}
    session:add(thing)
    session:flush()
    session:delete(thing)
    session:flush()
    session:rollback()
    assert.is_true(la.inspect(thing).transient)
    assert.same({"persistent_to_deleted", "deleted_to_detached"}, heard)
  end)

  it("that is deleted twice is missed by the second flush", function()
    local thing = Thing{id = 1}
    session:add(thing)
    session:commit()
    session:delete(thing)
    session:flush()
    session:delete(thing)
    assert.equal(1, #session.deleted)
    local warned = la.warnings.catch_warnings(function() session:commit() end)
    assert.truthy(warned[1].message:find("DELETE statement on table 'thing' expected to delete 1 row(s); 0 were "
      .. "matched.", 1, true))
    assert.is_true(la.inspect(thing).detached)
  end)
end)
