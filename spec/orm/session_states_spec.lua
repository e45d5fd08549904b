-- The states of an object: transient, pending, persistent, deleted, detached; the identity map; make_transient.
local la = require "lualchemy"
local orm = require "spec.support.orm"

local STATES = {"transient", "pending", "persistent", "deleted", "detached"}

local function state_of(object)
  local found = {}
  for _, name in ipairs(STATES) do
    if la.inspect(object)[name] then found[#found + 1] = name end
  end
  return table.concat(found, " ")
end

describe("an object", function()
  local User, session, sent

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}})
    session, sent = orm.open(Base)
    sent()
  end)

  after_each(function() session:close() end)

  local function saved(name)
    local user = User{name = name}
    session:add(user)
    session:commit()
    sent()
    return user
  end

  it("is transient when made, pending when added, persistent when flushed", function()
    local user = User{name = "ann"}
    assert.equal("transient", state_of(user))
    assert.is_nil(la.object_session(user))
    session:add(user)
    assert.equal("pending", state_of(user))
    assert.equal(session, la.object_session(user))
    session:flush()
    assert.equal("persistent", state_of(user))
    session:commit()
    assert.equal("persistent", state_of(user))
  end)

  it("is deleted from the flush to the commit, then detached", function()
    local user = saved("ann")
    session:delete(user)
    assert.equal("persistent", state_of(user))
    assert.is_true(session.deleted:contains(user))
    session:flush()
    assert.equal("deleted", state_of(user))
    assert.is_true(la.inspect(user).was_deleted)
    assert.is_false(session:contains(user))
    session:commit()
    assert.equal("detached", state_of(user))
  end)

  it("is persistent again after the rollback of its deletion", function()
    local user = saved("ann")
    session:delete(user)
    session:flush()
    session:rollback()
    assert.equal("persistent", state_of(user))
    assert.is_false(la.inspect(user).was_deleted)
    assert.equal("ann", user.name)
  end)

  it("is transient again after the rollback of its insertion and keeps its values", function()
    local user = User{name = "ann"}
    session:add(user)
    session:flush()
    session:rollback()
    assert.equal("transient", state_of(user))
    assert.equal("ann", user.name)
    assert.is_nil(la.inspect(user).identity)
  end)

  it("is detached when expunged, persistent when added again", function()
    local user = saved("ann")
    session:expunge(user)
    assert.equal("detached", state_of(user))
    session:add(user)
    assert.equal("persistent", state_of(user))
    assert.equal("ann", user.name)
  end)

  it("is transient when expunged before its flush", function()
    local user = User{name = "ann"}
    session:add(user)
    session:expunge(user)
    assert.equal("transient", state_of(user))
    session:flush()
    assert.same({}, sent())
  end)

  it("cannot be expunged from a session that it is not in", function()
    local message = orm.raises("InvalidRequestError", session.expunge, session, User{name = "ann"})
    assert.matches("is not present in this Session", message)
  end)

  it("is detached by close() and expunge_all()", function()
    local user = saved("ann")
    session:expunge_all()
    assert.equal("detached", state_of(user))
    session:add(user)
    session:close()
    assert.equal("detached", state_of(user))
  end)

  it("that is expired and detached cannot be read", function()
    local user = saved("ann")
    session:expunge(user)
    local message = orm.raises("DetachedInstanceError", function() return user.name end)
    assert.matches("is not bound to a Session; attribute refresh operation cannot proceed", message)
  end)

  it("that is detached keeps what was loaded", function()
    local user = saved("ann")
    assert.equal("ann", user.name)
    session:expunge(user)
    assert.equal("ann", user.name)
  end)

  it("belongs to one session at a time", function()
    local user = saved("ann")
    local other = la.Session(session.bind)
    assert.matches("is already attached to session", orm.raises("InvalidRequestError", other.add, other, user))
    session:expunge(user)
    other:add(user)
    assert.equal(other, la.object_session(user))
    other:close()
  end)

  it("cannot be deleted before it is persistent", function()
    assert.matches("is not persisted", orm.raises("InvalidRequestError", session.delete, session, User{name = "ann"}))
  end)

  it("that was deleted in this transaction cannot be added again", function()
    local user = saved("ann")
    session:delete(user)
    session:flush()
    assert.matches("has been deleted%.", orm.raises("InvalidRequestError", session.add, session, user))
  end)

  it("marked as deleted is kept when it is added again before the flush", function()
    local user = saved("ann")
    session:delete(user)
    session:add(user)
    session:commit()
    assert.equal("persistent", state_of(user))
    assert.equal("ann", user.name)
  end)

  it("is in new, dirty or deleted until the flush", function()
    local changed, gone = saved("ann"), saved("bob")
    local added = User{name = "cid"}
    session:add(added)
    changed.name = "anna"
    session:delete(gone)
    assert.is_true(session.new:contains(added))
    assert.is_true(session.dirty:contains(changed))
    assert.is_true(session.deleted:contains(gone))
    session:flush()
    assert.same({0, 0, 0}, {#session.new, #session.dirty, #session.deleted})
  end)

  it("is dirty when an attribute was set, modified when the value differs", function()
    local user = saved("ann")
    user.name = user.name
    assert.is_true(session.dirty:contains(user))
    assert.is_true(la.inspect(user).modified)
    assert.is_false(session:is_modified(user))
    user.name = "bob"
    assert.is_true(session:is_modified(user))
  end)

  it("tells its identity, key and mapper", function()
    local user = saved("ann")
    local state = la.inspect(user)
    assert.same({1}, {state.identity[1]})
    assert.equal(User, state.identity_key[1])
    assert.equal(1, state.identity_key[2][1])
    assert.equal(la.inspect(User), state.mapper)
    assert.equal(session, state.session)
    assert.equal(user, state.object)
    assert.is_true(state.has_identity)
  end)

  it("tells which of its attributes are not loaded", function()
    local user = saved("ann")
    assert.equal(2, #la.inspect(user).unloaded)
    assert.equal("ann", user.name)
    assert.equal(0, #la.inspect(user).unloaded)
  end)

  it("that has no value for an attribute tells nil and sends nothing", function()
    local user = User()
    assert.is_nil(user.name)
    assert.is_nil(user.id)
    assert.same({}, sent())
  end)

  it("is one for each row of a session", function()
    local user = saved("ann")
    assert.equal(user, session:get(User, 1))
    assert.equal(user, session:scalars(la.select(User)):one())
    assert.equal(user, session:query(User):filter_by{name = "ann"}:one())
    assert.equal(1, #session.identity_map)
    assert.equal(user, session.identity_map:values()[1])
  end)

  it("keeps its pending change when its row is read again", function()
    local user = saved("ann")
    user.name = "changed"
    session:no_autoflush(function() session:scalars(la.select(User)):all() end)
    assert.equal("changed", user.name)
  end)

  it("takes the row's values with populate_existing", function()
    local user = saved("ann")
    user.name = "changed"
    session:no_autoflush(function()
      session:scalars(la.select(User):execution_options{populate_existing = true}):all()
    end)
    assert.equal("ann", user.name)
    assert.is_false(session.dirty:contains(user))
  end)

  it("is another one in each of two sessions, which see each other's commits", function()
    local engine = la.create_engine("sqlite://", {poolclass = la.pool.StaticPool})
    User.metadata:create_all(engine)
    local first, other = la.Session(engine), la.Session(engine)
    local mine = User{name = "ann"}
    first:add(mine)
    first:commit()
    local theirs = other:get(User, 1)
    assert.not_equal(mine, theirs)
    theirs.name = "bob"
    other:commit()
    assert.equal("bob", mine.name)
    first:close()
    other:close()
  end)

  it("is refused where a new one has the key of one in the session", function()
    saved("ann")
    local kept = session:get(User, 1)
    assert.equal("ann", kept.name)
    session:add(User{id = 1, name = "bob"})
    assert.matches("UNIQUE constraint failed: users.id", orm.raises("IntegrityError", session.flush, session))
    session:rollback()
    assert.equal("ann", kept.name)
  end)

  it("made transient is inserted as a new row when its key is cleared", function()
    local user = saved("ann")
    assert.equal("ann", user.name)
    la.make_transient(user)
    assert.equal("transient", state_of(user))
    user.id = nil
    session:add(user)
    session:commit()
    assert.equal(2, user.id)
    assert.same({"ann", "ann"}, session:scalars(la.select(User.name)):all())
  end)

  it("made transient forgets what was expired", function()
    local user = saved("ann")
    la.make_transient(user)
    assert.is_nil(user.name)
  end)

  it("made transient and then detached stands for its row, all expired", function()
    saved("ann")
    local user = User{id = 1}
    la.make_transient_to_detached(user)
    assert.equal("detached", state_of(user))
    session:expunge_all()
    session:add(user)
    sent()
    assert.equal("ann", user.name)
    assert.same({"SELECT users.name AS users_name FROM users WHERE users.id = ? [1]"}, sent())
  end)

  it("that has an identity cannot be made detached from transient", function()
    assert.matches("Given object must be transient",
      orm.raises("InvalidRequestError", la.make_transient_to_detached, saved("ann")))
  end)

  it("is held weakly: what nobody holds leaves the identity map, what changed stays", function()
    saved("ann")
    saved("bob").name = "changed"
    collectgarbage()
    collectgarbage()
    session:flush()
    assert.equal("changed", session:scalars(la.select(User.name):where(User.id:eq(2))):one())
  end)
end)

describe("enable_relationship_loading", function()
  it("loads the relationships of an object that is not in the session by the keys it has", function()
    local Base = la.declarative_base()
    local Parent = Base:class("Parent", {__tablename__ = "parent", id = la.Column{la.Integer, primary_key = true}})
    local Child = Base:class("Child", {__tablename__ = "child", id = la.Column{la.Integer, primary_key = true},
      parent_id = la.Column{la.Integer, la.ForeignKey("parent.id")}, parent = la.relationship{Parent}})
    local session = orm.open(Base)
    session:add(Parent{id = 1})
    session:commit()
    local child = Child{parent_id = 1}
    session:enable_relationship_loading(child)
    assert.equal(session:get(Parent, 1), child.parent)
    assert.is_false(session:contains(child))
    assert.equal(0, #session.new)
    session:close()
  end)

  it("is not needed for pending objects of a relationship with load_on_pending", function()
    local Base = la.declarative_base()
    local Parent = Base:class("Parent", {__tablename__ = "parent", id = la.Column{la.Integer, primary_key = true}})
    local Child = Base:class("Child", {__tablename__ = "child", id = la.Column{la.Integer, primary_key = true},
      parent_id = la.Column{la.Integer, la.ForeignKey("parent.id")},
      late = la.relationship{Parent, viewonly = true}, parent = la.relationship{Parent, load_on_pending = true}})
    local session = orm.open(Base, {autoflush = false})
    session:add(Parent{id = 1})
    session:commit()
    local child = Child{parent_id = 1}
    session:add(child)
    assert.is_nil(child.late)
    assert.equal(session:get(Parent, 1), child.parent)
    session:close()
  end)
end)
