-- The registry of scoped sessions; versions of objects that are locked; what an expired object's refresh tells.
local la = require "lualchemy"

describe("sessions of scopes", function()
  it("are told of by their registry", function()
    local scoped = la.scoped_session(la.sessionmaker{expire_on_commit = false})
    assert.is_false(scoped.registry:has())
    local session = scoped()
    assert.is_true(scoped.registry:has())
    assert.equal(session, scoped.registry())
    scoped.registry:clear()
    assert.is_false(scoped.registry:has())
    scoped.registry:set(session)
    assert.equal(session, scoped())
    scoped:remove()
  end)

  it("keep their ways where the factory is configured afterwards", function()
    local scoped = la.scoped_session(la.sessionmaker{})
    local session = scoped()
    local texts = la.warnings.catch_warnings(function() scoped:configure{autoflush = false} end)
    assert.equal(1, #texts)
    assert.is_true(session.autoflush)
    scoped:remove()
    assert.is_false(scoped().autoflush)
    scoped:remove()
  end)
end)

describe("objects that are read again", function()
  local Thing, session

  before_each(function()
    local Base, version = la.declarative_base(), la.Column{la.Integer, nullable = false}
    Thing = Base:class("Thing", {
      __tablename__ = "thing", id = la.Column{la.Integer, primary_key = true}, version = version,
      name = la.Column{la.String}, late = la.deferred(la.Column(la.String)),
      __mapper_args__ = {version_id_col = version},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(Thing{id = 1, name = "a"})
    session:commit()
  end)
  after_each(function() session:close() end)

  it("must have the version of their row where they are locked", function()
    local thing = session:get(Thing, 1)
    session:execute(la.update(Thing.__table__):values{version = 7})
    local ok, e = pcall(function() return session:get(Thing, 1, {with_for_update = true}) end)
    assert.is_false(ok)
    assert.is_true(la.exc.StaleDataError:is(e))
    assert.matches("has version id '1' which does not match database%-loaded version id '7'", tostring(e))
    assert.equal(1, thing.version)
  end)

  it("tell which attributes were read where they had expired", function()
    local told
    la.event.listen(Thing, "refresh", function(_, _, keys)
      told = keys
      if told then table.sort(told) end
    end)
    local thing = session:get(Thing, 1)
    session:expire(thing)
    assert.equal("a", thing.name)
    assert.same({"id", "name", "version"}, told)
    session:refresh(thing)
    assert.is_nil(told)
  end)
end)
