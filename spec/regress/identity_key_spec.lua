-- Session.identity_key(), and keywords of options about subclasses.
local la = require "lualchemy"

local Base = la.declarative_base()
local A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true},
  type = la.Column(la.String), __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "a"}})
local B = A:class("B", {__tablename__ = "b", id = la.Column{la.ForeignKey("a.id"), primary_key = true},
  x = la.Column(la.Integer), __mapper_args__ = {polymorphic_identity = "b"}})

describe("identity_key()", function()
  it("is that of a key, an object, a row", function()
    for _, key in ipairs{la.Session.identity_key(A, 7), la.Session:identity_key(A, {7}),
      la.Session():identity_key(A, 7), la.Session.identity_key{instance = A{id = 7}}, la.Session.identity_key(B, 7)} do
      assert.equal(A, key[1])
      assert.same({7}, key[2])
    end
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    la.Session(engine, function(session)
      session:add(A{id = 7})
      session:flush()
      local row = session:execute(la.select(A.__table__)):one()
      assert.same({7}, la.Session.identity_key(A, {row = row})[2])
    end)
  end)

  it("wants a class with a key, or an object", function()
    assert.error_matches(function() la.Session.identity_key(A) end, "ident or row is required")
    assert.error_matches(function() la.Session.identity_key() end, "class or instance is required")
  end)
end)

describe("subclasses in keywords", function()
  it("of selectin_polymorphic()", function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    la.Session(engine, function(session)
      session:add(B{id = 1, x = 2})
      session:flush()
      for _, option in ipairs{la.selectin_polymorphic(A, {classes = {B}}),
        la.selectin_polymorphic{base_cls = A, classes = {B}}} do
        session:expunge_all()
        local statements = 0
        local object = session:query(A):options(option):one()
        la.event.listen(engine, "before_cursor_execute", function() statements = statements + 1 end)
        assert.equal(2, object.x)
        assert.equal(0, statements)
      end
    end)
  end)

  it("of with_polymorphic(): not both flat and selectable", function()
    assert.error_matches(function() la.with_polymorphic(A, "*", {selectable = A.__table__:alias(), flat = true}) end,
      "the 'flat' and 'selectable' arguments cannot be passed simultaneously to with_polymorphic()", 1, true)
  end)
end)
