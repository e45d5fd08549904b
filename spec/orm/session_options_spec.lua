-- Execution options of sessions, bundles that are tables, back_populates by functions: what came after 2.0.
local la = require "lualchemy"

local Base = la.declarative_base()
local User = Base:class("OptUser", {__tablename__ = "opt_user", id = la.Column(la.Integer, {primary_key = true}),
  name = la.Column(la.String)})

describe("Session{execution_options = …}", function()
  local engine, seen
  before_each(function()
    engine, seen = la.create_engine("sqlite://"), {}
    Base.metadata:create_all(engine)
    la.event.listen(engine, "before_cursor_execute", function(conn, _, statement, _, context)
      local own = context.execution_options
      seen[#seen + 1] = {statement:match("^%a+"), own.tag or conn:get_execution_options().tag}
    end)
  end)

  it("are those of the connection and of all that is executed", function()
    local session = la.Session(engine, {execution_options = {tag = "wide"}})
    session:add(User{id = 1, name = "a"})
    session:flush()
    session:execute(la.text("SELECT 1")):close()
    session:scalars(la.select(User)):all()
    session:get(User, 5)
    session:query(User):all()
    local select = {"SELECT", "wide"}
    assert.same({{"INSERT", "wide"}, select, select, select, select}, seen)
    assert.equal("wide", session:connection():get_execution_options().tag)
    assert.equal("wide", session.execution_options.tag)
    session:close()
  end)

  it("come after those of the statement, and these after those of the call", function()
    local told = {}
    local session = la.Session(engine, {execution_options = {tag = "wide", other = 1}})
    la.event.listen(session, "do_orm_execute", function(state)
      told[#told + 1] = state.execution_options.tag .. state.execution_options.other
    end)
    session:execute(la.select(User)):all()
    local tagged = la.select(User):execution_options{tag = "statement"}
    session:execute(tagged):all()
    session:execute(tagged, {}, {execution_options = {tag = "call"}}):all()
    session:close()
    assert.same({"wide1", "statement1", "call1"}, told)
  end)

  it("say how objects are loaded", function()
    local session = la.Session(engine, {execution_options = {populate_existing = true}})
    session:add(User{id = 1, name = "a"})
    session:commit()
    local user = session:get(User, 1)
    assert.equal("a", user.name)
    session:execute(la.update(User.__table__):values{name = "b"})
    session:scalars(la.select(User)):all()
    assert.equal("b", user.name)
    session:close()
  end)

  it("are a keyword of sessionmaker", function()
    local make = la.sessionmaker{bind = engine, execution_options = {tag = "made"}}
    make(function(session)
      session:execute(la.select(User)):all()
      assert.same({}, la.Session(engine).execution_options)
    end)
    assert.same({{"SELECT", "made"}}, seen)
    assert.has_error(function() la.Session(engine, {execution_options = 5}) end,
      "Session: argument 'execution_options' must be a table of options, got number")
  end)
end)

describe("DictBundle", function()
  it("gives plain tables", function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add_all{User{id = 1, name = "a"}, User{id = 2}}
    session:flush()
    local bundle = la.DictBundle("b", User.id, User.name)
    local rows = session:execute(la.select(bundle):where(bundle.c.id:gt(0)):order_by(bundle.c.id)):all()
    assert.same({id = 1, name = "a"}, rows[1].b)
    assert.same({id = 2}, rows[2].b)
    assert.is_true(la.Bundle:is(bundle) and la.DictBundle:is(bundle))
    assert.is_false(la.DictBundle:is(la.Bundle("b", User.id)))
    assert.has_error(function() la.DictBundle("b", User.id, User.id) end,
      "DictBundle does not support duplicate column names")
    session:close()
  end)
end)

describe("back_populates", function()
  local function classes(of_child)
    local base = la.declarative_base()
    local Parent, Child
    Parent = base:class("P", {__tablename__ = "p", id = la.Column(la.Integer, {primary_key = true}),
      children = la.relationship{function() return Child end, back_populates = function() return Child.parent end}})
    Child = base:class("C", {__tablename__ = "c", id = la.Column(la.Integer, {primary_key = true}),
      pid = la.Column(la.ForeignKey("p.id")),
      parent = la.relationship{"P", back_populates = of_child(Parent)}})
    return Parent, Child, base
  end

  it("is a name, a relationship, or a function that returns one", function()
    for _, given in ipairs{
      function() return "children" end,
      function() return function() return "children" end end,
      function(Parent) return function() return Parent.children end end,
      function(Parent) return Parent.children end,
    } do
      local Parent, Child = classes(given)
      local parent, child = Parent{}, Child{}
      child.parent = parent
      assert.equal(child, parent.children[1])
      parent.children:remove(child)
      assert.is_nil(child.parent)
    end
  end)

  it("is nothing else", function()
    local _, _, base = classes(function() return function() return 5 end end)
    local ok, e = pcall(function() base.registry:configure() end)
    base.registry:dispose()
    assert.is_false(ok)
    assert.is_truthy(tostring(e):find("Invalid back_populates value: 5", 1, true))
  end)
end)

describe("a class derived from Bundle", function()
  it("makes its rows itself", function()
    local engine, asked = la.create_engine("sqlite://"), {}
    Base.metadata:create_all(engine)
    local session = la.Session(engine)
    session:add_all{User{id = 1, name = "a"}, User{id = 2}}
    session:flush()
    local Text = la.Bundle:class("Text", {create_row_processor = function(self, _, procs, labels)
      asked[#asked + 1] = self.name .. ":" .. table.concat(labels, ",")
      return function(row) return procs[1](row) .. "/" .. tostring(procs[2](row)) end
    end})
    local Plain = la.Bundle:class("Plain", {create_row_processor = function(_, _, procs)
      return function(row) return {n = procs[1](row)} end
    end})
    local function rows(bundle) return session:execute(la.select(bundle, User.id):order_by(User.id)):all() end
    for _ = 1, 2 do
      local found = rows(Text("t", User.id, User.name))
      assert.same({"1/a", "2/nil", 2}, {found[1].t, found[2].t, found[2].id})
    end
    assert.same({"t:id,name", "t:id,name"}, asked)
    assert.same({n = 1}, rows(Plain("t", User.id, User.name))[1].t)
    assert.equal("a", rows(la.Bundle("t", User.id, User.name))[1].t.name)
    assert.equal("1/a", session:query(Text("q", User.id, User.name)):order_by(User.id):first().q)
    session:close()
  end)
end)
