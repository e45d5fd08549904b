-- What programs of SQLAlchemy's own suite found.
local la = require "lualchemy"

local function fixture()
  local Base = la.declarative_base()
  local User = Base:class("User", {
    __tablename__ = "users",
    id = la.Column{la.Integer, primary_key = true},
    name = la.Column{la.String},
    other = la.Column{la.String},
    addresses = la.relationship{"Address", lazy = "raise", cascade = "all, delete-orphan"},
  })
  local Address = Base:class("Address", {
    __tablename__ = "addresses",
    id = la.Column{la.Integer, primary_key = true},
    user_id = la.Column{la.Integer, la.ForeignKey("users.id")},
  })
  User.both = la.column_property(User.name .. " " .. User.other)
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  return engine, User, Address
end

describe("imperative mapping", function()
  local registry = la.registry{}
  local people = la.Table("people", registry.metadata, la.Column("id", la.Integer, {primary_key = true}),
    la.Column("type", la.String))
  local Person = la.class("Person", {})
  registry:map_imperatively(Person, people, {polymorphic_on = people.c.type, polymorphic_identity = "person"})

  it("leaves a class that derives from a mapped one to be mapped by its own call", function()
    local Engineer = la.class(Person, "Engineer", {})
    local engineers = la.Table("engineers", registry.metadata,
      la.Column("id", la.Integer, la.ForeignKey("people.id"), {primary_key = true}))
    local mapper = registry:map_imperatively(Engineer, engineers,
      {inherits = Person, polymorphic_identity = "engineer"})
    assert.equal(engineers, mapper.local_table)
  end)

  it("needs no table where there is one to inherit", function()
    local Manager = la.class(Person, "Manager", {})
    local mapper = registry:map_imperatively(Manager, {inherits = Person, polymorphic_identity = "manager"})
    assert.equal(people, mapper.local_table)
    assert.is_true(mapper.single)
  end)
end)

describe("map_declaratively", function()
  it("makes the class known by its name", function()
    local registry = la.registry{}
    local A = la.class("A", {
      __tablename__ = "a", id = la.Column{la.Integer, primary_key = true}, bs = la.relationship{"B"},
    })
    local B = la.class("B", {
      __tablename__ = "b", id = la.Column{la.Integer, primary_key = true},
      a_id = la.Column{la.Integer, la.ForeignKey("a.id")},
    })
    registry:map_declaratively(A)
    registry:map_declaratively(B)
    assert.equal(1, #A{bs = {B()}}.bs)
  end)
end)

describe("lazy = 'raise'", function()
  it("does not hinder a delete that cascades", function()
    local engine, User, Address = fixture()
    local session = la.Session(engine)
    session:add(User{id = 1, addresses = {Address(), Address()}})
    session:commit()
    session:delete(session:get(User, 1))
    session:commit()
    assert.equal(0, session:scalar(la.select(la.func.count()):select_from(Address)))
  end)

  it("does not hinder a merge", function()
    local engine, User, Address = fixture()
    local session = la.Session(engine)
    session:add(User{id = 1, addresses = {Address{id = 5}}})
    session:commit()
    local merged = session:merge(User{id = 1, addresses = {Address{id = 5}, Address{id = 6}}})
    assert.equal(2, #merged.addresses)
  end)
end)

describe("a column_property", function()
  it("is read again after an UPDATE of its object, unless it was set", function()
    local engine, User = fixture()
    local session = la.Session(engine)
    local user = User{name = "hello", other = "there"}
    session:add(user)
    session:flush()
    assert.equal("hello there", user.both)
    user.other = "bye"
    session:flush()
    assert.equal("hello bye", user.both)
    user.other, user.both = "again", "as it was set"
    session:flush()
    assert.equal("as it was set", user.both)
  end)

  it("stays with expire_on_flush = false", function()
    local Base = la.declarative_base()
    local A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true},
      x = la.Column{la.Integer}})
    A.double = la.column_property(A.x * 2, {expire_on_flush = false})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    local a = A{x = 1}
    session:add(a)
    session:flush()
    assert.equal(2, a.double)
    a.x = 5
    session:flush()
    assert.equal(2, a.double)
  end)
end)

describe("sessions", function()
  it("join the info of their maker and of the call", function()
    local maker = la.sessionmaker{info = {global = true, s1 = 5}}
    assert.same({global = true, s1 = 6, s2 = true}, maker{info = {s1 = 6, s2 = true}}.info)
    assert.same({global = true, s1 = 5}, maker().info)
  end)

  it("get by the name of a synonym, and without a lock for with_for_update = NULL", function()
    local engine, User = fixture()
    User.key = la.synonym("id")
    User.key_of_key = la.synonym("key")
    local session = la.Session(engine)
    local user = User{id = 7}
    session:add(user)
    session:flush()
    assert.equal(user, session:get(User, {key = 7}))
    assert.equal(user, session:get(User, {key_of_key = 7}))
    local n = 0
    la.event.listen(engine, "before_cursor_execute", function() n = n + 1 end)
    assert.equal(user, session:get(User, 7, {with_for_update = la.NULL}))
    assert.equal(0, n)
  end)

  it("tell is_modified whether collections count", function()
    local engine, User, Address = fixture()
    local session = la.Session(engine)
    local user = User{id = 1, name = "a", addresses = {}}
    session:add(user)
    session:flush()
    user.addresses:append(Address())
    assert.is_true(session:is_modified(user))
    assert.is_false(session:is_modified(user, {include_collections = false}))
    user.name = "b"
    assert.is_true(session:is_modified(user, {include_collections = false}))
  end)
end)

describe("before_execute and after_execute", function()
  it("hear of what the ORM loads, and may replace it", function()
    local engine, User, Address = fixture()
    local session = la.Session(engine)
    session:add(User{id = 1, name = "a"})
    session:add(User{id = 2, name = "b"})
    session:add(Address{id = 1, user_id = 1})
    session:commit()
    local before, after = {}, {}
    local function only_b(_, element, many, params)
      return {element:where(User.name:eq("b")), many, params}
    end
    la.event.listen(engine, "before_execute", function(_, element) before[#before + 1] = tostring(element) end)
    la.event.listen(engine, "after_execute", function(_, element) after[#after + 1] = tostring(element) end)
    assert.equal("a", session:get(User, 1).name)
    assert.equal(1, #session:scalars(la.select(Address)):all())
    assert.equal(2, #before)
    assert.matches("WHERE users.id = :pk_1", before[1])
    assert.matches("FROM addresses", before[2])
    assert.same(before, after)
    la.event.listen(engine, "before_execute", only_b, {retval = true})
    local found = session:scalars(la.select(User)):all()
    assert.equal(1, #found)
    assert.equal("b", found[1].name)
  end)
end)

describe("slice", function()
  it("counts from an offset that is an expression", function()
    local t = la.table("t", la.column("a"))
    local stmt = la.select(t):offset(la.column("x") + 2):slice(1, 4)
    assert.equal("SELECT t.a FROM t LIMIT :param_1 OFFSET x + :x_1 + :param_2",
      (tostring(stmt):gsub("%s+", " ")))
  end)
end)

describe("a block of a session's transaction", function()
  it("rolls back where its commit fails", function()
    local Base = la.declarative_base()
    local Thing = Base:class("Thing", {
      __tablename__ = "thing", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String, nullable = false},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    local ok, e = pcall(function() session:begin(function() session:add(Thing()) end) end)
    assert.is_false(ok)
    assert.is_true(la.exc.IntegrityError:is(e))
    assert.is_false(session:in_transaction())
    session:begin(function() session:add(Thing{name = "a"}) end)
    assert.equal(1, session:query(Thing):count())
  end)

  it("does nothing more once the transaction has ended within it", function()
    local engine, User = fixture()
    local session = la.Session(engine)
    session:add(User{id = 1, name = "a"})
    session:commit()
    for _, how in ipairs{"commit", "rollback"} do
      for _, act in ipairs{
        function() session:add(User{id = 9}) end,
        function() session:begin() end,
        function() session:query(User):all() end,
      } do
        local ok, e = pcall(function()
          session:begin(function()
            session:get(User, 1)
            session[how](session)
            act()
          end)
        end)
        assert.is_false(ok)
        assert.equal("Can't operate on closed transaction inside context manager.  Please complete the context manager "
          .. "before emitting further commands.", tostring(e))
        assert.is_false(session:in_transaction())
      end
    end
    assert.equal(1, session:query(User):count())
  end)
end)

describe("an object that comes in the place of a deleted one", function()
  it("writes what was set of it, and nothing where there is only the key", function()
    local engine, User = fixture()
    local session = la.Session(engine)
    session:add(User{id = 1, name = "a", other = "b"})
    session:commit()
    local statements = {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) statements[#statements + 1] = sql end)
    session:delete(session:get(User, 1))
    session:add(User{id = 1, name = "c"})
    session:commit()
    session:delete(session:get(User, 1))
    session:add(User{id = 1})
    session:commit()
    local row = session:execute(la.select(User.name, User.other)):one()
    assert.same({"c", "b"}, {row.name, row.other})
    local updates = {}
    for _, sql in ipairs(statements) do
      if sql:match("^UPDATE") then updates[#updates + 1] = sql end
    end
    assert.same({"UPDATE users SET name=? WHERE users.id = ?"}, updates)
  end)
end)

describe("a hierarchy that is read from a union", function()
  it("is asked for keys of the union", function()
    local r = la.registry{}
    local people = la.Table("people", r.metadata, la.Column("id", la.Integer, {primary_key = true}),
      la.Column("name", la.String), la.Column("type", la.String))
    local engineers = la.Table("engineers", r.metadata,
      la.Column("id", la.Integer, la.ForeignKey("people.id"), {primary_key = true}), la.Column("language", la.String))
    local union = la.polymorphic_union({engineer = people:join(engineers),
      person = people:select():where(people.c.type:eq("person")):subquery()}, nil, "pjoin")
    local Person = la.class("Person", {})
    r:map_imperatively(Person, people,
      {with_polymorphic = {"*", union}, polymorphic_on = union.c.type, polymorphic_identity = "person"})
    local Engineer = la.class(Person, "Engineer", {})
    r:map_imperatively(Engineer, engineers, {inherits = Person, polymorphic_identity = "engineer"})
    local engine = la.create_engine("sqlite://")
    r.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add(Person{id = 1, name = "a"})
    session:add(Engineer{id = 2, name = "b", language = "lua"})
    session:commit()
    session:expunge_all()
    local found = session:get(Person, 2)
    assert.is_true(Engineer:is(found))
    assert.equal("b", found.name)
    assert.equal("lua", found.language)
    assert.equal("a", session:get(Person, 1).name)
    assert.is_nil(session:get(Person, 3))
    session:expire_all()
    assert.equal("b", found.name)
  end)
end)
