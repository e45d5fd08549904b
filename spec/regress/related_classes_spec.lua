--- The objects that a relationship takes, and what it must know of the one that was there.
local la = require "lualchemy"

local function model(define)
  local Base = la.declarative_base()
  local A, B, C = define(Base)
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  return la.Session(engine), A, B, C
end

local function refused(class, message, fn)
  local ok, e = pcall(fn)
  assert.is_false(ok)
  assert.is_true(la.exc[class]:is(e), tostring(e))
  assert.truthy(tostring(e):find(message, 1, true), tostring(e))
end

describe("an object of another class", function()
  local function parent_and_strangers(cascade)
    return model(function(Base)
      local A = Base:class("A", {
        __tablename__ = "a",
        id = la.Column{la.Integer, primary_key = true},
        bs = la.relationship{"B", cascade = cascade},
      })
      local B = Base:class("B", {
        __tablename__ = "b",
        id = la.Column{la.Integer, primary_key = true},
        a_id = la.Column{la.ForeignKey("a.id")},
      })
      return A, B, Base:class("C", {__tablename__ = "c", id = la.Column{la.Integer, primary_key = true}})
    end)
  end

  it("is refused by a cascade", function()
    local session, A, _, C = parent_and_strangers("save-update")
    local a = A()
    a.bs:append(C())
    refused("InvalidRequestError", "Attribute 'bs' on class '<class 'A'>' doesn't handle objects of",
      function() session:add(a) end)
  end)

  it("is refused by a flush", function()
    local session, A, _, C = parent_and_strangers("none")
    local a = A()
    a.bs:append(C())
    session:add_all{a, a.bs[1]}
    refused("FlushError", "Attempting to flush an item of type <class 'C'> as a member of collection \"A.bs\". "
      .. "Expected an object of type <class 'B'> or a polymorphic subclass of this type.",
      function() session:flush() end)
  end)
end)

describe("an object of a subclass that is not loaded as such", function()
  local function classes(o)
    return model(function(Base)
      local B = Base:class("B", {__tablename__ = "b", id = la.Column{la.Integer, primary_key = true}})
      local A = Base:class("A", {
        __tablename__ = "a",
        id = la.Column{la.Integer, primary_key = true},
        b_id = la.Column{la.ForeignKey("b.id")},
        b = la.relationship("B", o),
      })
      return A, B:class("Sub", {__tablename__ = "sub", id = la.Column{la.ForeignKey("b.id"), primary_key = true}})
    end)
  end

  it("is refused by a flush", function()
    local session, A, Sub = classes{lazy = "select"}
    session:add(A{b = Sub()})
    refused("FlushError", "configure mapper \"Mapper[B(b)]\" to load this subtype polymorphically, or set "
      .. "enable_typechecks=False", function() session:flush() end)
  end)

  it("is taken with enable_typechecks = false", function()
    local session, A, Sub = classes{enable_typechecks = false}
    session:add(A{b = Sub()})
    session:flush()
  end)
end)

describe("active_history of a many-to-one relationship", function()
  local function classes(lazy)
    return model(function(Base)
      local B = Base:class("B", {__tablename__ = "b", id = la.Column{la.Integer, primary_key = true}})
      return Base:class("A", {
        __tablename__ = "a",
        id = la.Column{la.Integer, primary_key = true},
        b_id = la.Column{la.ForeignKey("b.id")},
        b = la.relationship("B", {active_history = true, lazy = lazy}),
      }), B
    end)
  end

  it("refuses a change of a detached object whose old value is not loaded", function()
    local session, A, B = classes("select")
    local a = A{b = B()}
    session:add(a)
    session:commit()
    session:expunge(a)
    refused("DetachedInstanceError", "lazy load operation of attribute 'b' cannot proceed", function() a.b = nil end)
  end)

  it("refuses it where the relationship may not be loaded", function()
    local session, A, B = classes("raise")
    local a = A{b = B()}
    session:add(a)
    session:commit()
    refused("InvalidRequestError", "'A.b' is not available due to lazy='raise'", function() a.b = nil end)
  end)
end)

describe("a secondary that is a SELECT of the tables themselves", function()
  local session, A

  before_each(function()
    local _
    session, A, _ = model(function(Base)
      local A_ = Base:class("A", {
        __tablename__ = "a",
        id = la.Column{la.Integer, primary_key = true},
        wanted = la.Column{la.String},
      })
      local B = Base:class("B", {__tablename__ = "b", id = la.Column{la.String, primary_key = true}})
      local a, b = A_.__table__, B.__table__
      local pairs_ = la.select(a.c.id:label("aid"), b)
        :select_from(a:join(b, a.c.wanted:like("%" .. b.c.id .. "%"))):alias()
      A_.bs = la.relationship(B, {secondary = pairs_, primaryjoin = a.c.id:eq(pairs_.c.aid), order_by = b.c.id,
        secondaryjoin = b.c.id:eq(pairs_.c.id), viewonly = true})
      return A_, B
    end)
    session:execute(la.text("INSERT INTO a VALUES (1, 'x'), (2, 'x y')"))
    session:execute(la.text("INSERT INTO b VALUES ('x'), ('y'), ('z')"))
  end)

  for _, option in ipairs{"selectinload", "subqueryload", "joinedload", "lazyload"} do
    it("is joined by " .. option, function()
      local found = {}
      local a = session:scalars(la.select(A):options(la[option](A.bs)):where(A.id:eq(2))):unique():one()
      for i, b in ipairs(a.bs) do found[i] = b.id end
      assert.same({"x", "y"}, found)
    end)
  end
end)

it("literals of a condition have names of their own in a lazy load", function()
  local session, A, B = model(function(Base)
    local A_ = Base:class("A", {__tablename__ = "a", name = la.Column{la.String, primary_key = true}})
    local B_ = Base:class("B", {__tablename__ = "b", path = la.Column{la.String, primary_key = true}})
    A_.under = la.relationship(B_, {viewonly = true,
      primaryjoin = function() return la.remote(la.foreign(B_.path)):eq("/" .. A_.name) end})
    return A_, B_
  end)
  session:add_all{A{name = "usr"}, B{path = "/usr"}, B{path = "/bin"}}
  session:commit()
  assert.equal("/usr", session:get(A, "usr").under[1].path)
end)
