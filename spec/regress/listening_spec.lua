-- How listeners are called, and which they are: {named = true}, the same function twice, once, scoped sessions.
local la = require "lualchemy"

describe("listening", function()
  local function one(engine)
    return engine:connect(function(conn) return conn:execute(la.text("select 1")):scalar() end)
  end

  local function keys_of(target, name, act)
    local keys
    la.event.listen(target, name, function(kw)
      keys = {}
      for k in pairs(kw) do keys[#keys + 1] = k end
      table.sort(keys)
    end, {named = true})
    act()
    return keys
  end

  it("gives everything by name where it is asked to", function()
    local engine, metadata = la.create_engine("sqlite://"), la.MetaData()
    local t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}))
    local function act() one(engine) end
    assert.same({"clauseelement", "conn", "execution_options", "multiparams", "params"},
      keys_of(engine, "before_execute", act))
    assert.same({"connection_proxy", "connection_record", "dbapi_connection"}, keys_of(engine, "checkout", act))
    assert.same({"_ddl_runner", "_is_metadata_operation", "checkfirst", "connection", "target"},
      keys_of(t, "before_create", function() metadata:create_all(engine) end))
    local column = la.Column("x", la.Integer)
    assert.same({"parent", "target"}, keys_of(column, "after_parent_attach", function()
      la.Table("u", metadata, column)
    end))
  end)

  it("by name may replace statements, and attributes' values", function()
    local engine = la.create_engine("sqlite://")
    la.event.listen(engine, "before_cursor_execute", function(kw) return {"select 7", kw.parameters} end,
      {named = true, retval = true})
    assert.equal(7, one(engine))
    local Thing = la.declarative_base():class("Thing", {__tablename__ = "thing",
      id = la.Column{la.Integer, primary_key = true}, name = la.Column{la.String}})
    la.event.listen(Thing.name, "set", function(kw) return kw.value:upper() end, {named = true, retval = true})
    assert.equal("A", Thing{name = "a"}.name)
  end)

  it("counts the same function once, and removes it", function()
    local engine, n = la.create_engine("sqlite://"), 0
    local function fn() n = n + 1 end
    for _ = 1, 2 do la.event.listen(engine, "before_execute", fn) end
    one(engine)
    assert.equal(1, n)
    la.event.remove(engine, "before_execute", fn)
    one(engine)
    assert.equal(1, n)
    assert.is_false(la.event.contains(engine, "before_execute", fn))
  end)

  it("removes who was called once, after that, too", function()
    local engine, n = la.create_engine("sqlite://"), 0
    local function fn() n = n + 1 end
    la.event.listen(engine, "before_execute", fn, {once = true})
    one(engine)
    one(engine)
    la.event.remove(engine, "before_execute", fn)
    assert.equal(1, n)
  end)

  it("refuses retval where nothing is made of what comes back", function()
    for _, name in ipairs{"after_execute", "begin", "engine_disposed"} do
      assert.error_matches(function()
        la.event.listen(la.create_engine("sqlite://"), name, function() end, {retval = true})
      end, "Only the 'before_execute', 'before_cursor_execute' and 'handle_error' engine event listeners")
    end
  end)

  it("to a scoped session is to what makes its sessions", function()
    local scoped, n = la.scoped_session(la.sessionmaker(la.create_engine("sqlite://"))), 0
    la.event.listen(scoped, "before_commit", function() n = n + 1 end)
    scoped:execute(la.text("select 1"))
    scoped:commit()
    scoped:remove()
    assert.equal(1, n)
    assert.error_matches(function()
      la.event.listen(la.scoped_session(function() end), "before_commit", function() end)
    end, "requires that its creation callable is associated with the Session class")
  end)
end)
