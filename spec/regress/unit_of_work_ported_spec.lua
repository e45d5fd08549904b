-- Versions, composites and events as programs of SQLAlchemy's tests use them.
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

describe("rows with a version", function()
  local function versioned(options, column)
    local Base = la.declarative_base()
    local v = la.Column("v", la.Integer, column or {})
    local args = {version_id_col = v}
    for k, x in pairs(options or {}) do args[k] = x end
    local Foo = Base:class("Foo", {__tablename__ = "foo", id = id(), v = v, value = la.Column{la.String},
      __mapper_args__ = args})
    watch(Base)
    return Foo
  end

  it("get an UPDATE each", function()
    local Foo = versioned()
    local a, b = Foo{value = "a"}, Foo{value = "b"}
    session:add_all{a, b}
    session:flush()
    statements = {}
    a.value, b.value = "c", "d"
    session:flush()
    assert.equal(2, #statements)
    assert.same({2, 2}, {a.v, b.v})
  end)

  it("keep a version that was set", function()
    local Foo = versioned()
    local a = Foo{value = "a"}
    session:add(a)
    session:flush()
    a.value, a.v = "b", 50
    session:flush()
    assert.equal(50, a.v)
    assert.equal(50, session:scalar(la.select(Foo.v), {execution_options = {populate_existing = true}}))
  end)

  it("give back a version that the database makes", function()
    local Foo = versioned({version_id_generator = false}, {server_default = "1"})
    local a = Foo{value = "a"}
    session:add(a)
    session:flush()
    a.value = "b"
    session:flush()
    assert.same({"INSERT INTO foo (value) VALUES (?) RETURNING v, id",
      "UPDATE foo SET value=? WHERE foo.id = ? AND foo.v = ? RETURNING v"}, statements)
    assert.equal(1, a.v)
  end)

  it("are found by the version in bulk, too", function()
    local Foo = versioned()
    session:bulk_insert_mappings(Foo, {{value = "a", v = 7}})
    assert.equal(1, session:scalar(la.select(Foo.v)))
    session:bulk_update_mappings(Foo, {{id = 1, value = "b", v = 1}})
    assert.equal(2, session:scalar(la.select(Foo.v)))
    assert.has_error(function() session:bulk_update_mappings(Foo, {{id = 1, value = "b", v = 1}}) end,
      "UPDATE statement on table 'foo' expected to update 1 row(s); 0 were matched.")
  end)

  it("tell how a DELETE of none is allowed", function()
    local Foo = versioned()
    local a = Foo{value = "a"}
    session:add(a)
    session:flush()
    session:execute(la.text("UPDATE foo SET v = 9"))
    session:delete(a)
    assert.has_error(function() session:flush() end, "DELETE statement on table 'foo' expected to delete 1 row(s); 0 "
      .. "were matched.  Please set confirm_deleted_rows=False within the mapper configuration to prevent this "
      .. "warning.")
  end)
end)

describe("eager_defaults = true", function()
  it("reads what an UPDATE computes with it", function()
    local Base = la.declarative_base()
    local Foo = Base:class("Foo", {__tablename__ = "foo", id = id(), a = la.Column{la.Integer},
      b = la.Column{la.Integer, server_onupdate = la.FetchedValue()}, __mapper_args__ = {eager_defaults = true}})
    watch(Base)
    local foo = Foo{a = 1, b = 2}
    session:add(foo)
    session:flush()
    foo.a = 3
    session:flush()
    assert.equal("UPDATE foo SET a=? WHERE foo.id = ? RETURNING b", statements[#statements])
    assert.equal(2, foo.b)
    assert.equal(2, #statements)
  end)
end)

describe("a composite", function()
  local mt = {}
  mt.__index = mt
  function mt:__composite_values__() return {self.x, self.y} end
  local Point = setmetatable({}, {__call = function(_, x, y) return setmetatable({x = x, y = y}, mt) end})
  local Edge

  before_each(function()
    local Base = la.declarative_base()
    Edge = Base:class("Edge", {__tablename__ = "edge", id = id(), x = la.Column{la.Integer}, y = la.Column{la.Integer}})
    Edge.start = la.composite{Point, Edge.x, Edge.y}
    watch(Base)
  end)

  it("is compared column by column", function()
    assert.equal("edge.x != :x_1 AND edge.y != :y_1", tostring(Edge.start:ne(Point(1, 2))))
    assert.equal("edge.x < :x_1 AND edge.y < :y_1", tostring(Edge.start:lt(Point(1, 2))))
    local alias = la.aliased(Edge)
    assert.equal("SELECT edge_1.id \nFROM edge AS edge_1 \nWHERE edge_1.x = :x_1 AND edge_1.y = :y_1",
      tostring(la.select(alias.id):where(alias.start:eq(Point(1, 2)))))
  end)

  it("is set by UPDATE", function()
    session:add(Edge{start = Point(1, 2)})
    session:commit()
    session:execute(la.update(Edge):values{[Edge.start] = Point(7, 8)})
    local start = session:scalars(la.select(Edge)):one().start
    assert.same({7, 8}, {start.x, start.y})
  end)
end)

describe("the state of an expired object", function()
  it("names all attributes that are not there", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {__tablename__ = "users", id = id(), note = la.deferred{la.Column{la.String}}})
    watch(Base)
    local user = User{note = "n"}
    session:add(user)
    session:commit()
    local keys = la.inspect(user).expired_attributes
    table.sort(keys)
    assert.same({"id", "note"}, keys)
  end)
end)

describe("a collection that is replaced", function()
  it("tells of what the other side takes out, too", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {__tablename__ = "users", id = id(),
      addresses = la.relationship{"Address", back_populates = "user"}})
    local Address = Base:class("Address", {__tablename__ = "addresses", id = id(),
      user_id = la.Column(la.ForeignKey("users.id")), user = la.relationship{"User", back_populates = "addresses"}})
    local seen = {}
    la.event.listen(User.addresses, "remove", function() seen[#seen + 1] = "remove" end)
    la.event.listen(Address.user, "set", function() seen[#seen + 1] = "set" end)
    local user = User()
    user.addresses = {Address()}
    seen = {}
    user.addresses = {}
    assert.same({"remove", "set", "remove"}, seen)
  end)
end)
