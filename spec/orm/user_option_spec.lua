-- Options of one's own in statements, and what a cache of results is made of with them.
local la = require "lualchemy"

describe("UserDefinedOption", function()
  local session, User, engine

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}})
    engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add_all{User{name = "a"}, User{name = "b"}}
    session:commit()
  end)

  it("reaches listeners with its payload", function()
    local FromCache = la.UserDefinedOption:class("FromCache", {})
    local seen = {}
    la.event.listen(session, "do_orm_execute", function(state)
      assert.is_true(la.ORMExecuteState:is(state))
      for _, option in ipairs(state.user_defined_options) do
        assert.is_true(FromCache:is(option))
        seen[#seen + 1] = option.payload
      end
    end)
    assert.equal(2, #session:scalars(la.select(User):options(FromCache("one"))):all())
    assert.equal(2, #session:query(User):options(FromCache{payload = "two"}):all())
    session:scalars(la.select(User)):all()
    assert.same({"one", "two"}, seen)
  end)

  it("caches results by key", function()
    local FromCache = la.UserDefinedOption:class("FromCache", {})
    local cache, statements = {}, 0
    la.event.listen(engine, "before_cursor_execute", function() statements = statements + 1 end)
    local function cached(s)
      la.event.listen(s, "do_orm_execute", function(state)
        local option = state.user_defined_options[1]
        if not option then return nil end
        local key = option.payload
        cache[key] = cache[key] or state:invoke_statement():freeze()
        return la.merge_frozen_result(s, state.statement, cache[key], false)()
      end)
      return s
    end
    local statement = la.select(User):options(FromCache("all")):order_by(User.id)
    local one, two = cached(la.Session(engine)), cached(la.Session(engine))
    local first = one:scalars(statement):all()
    local second = two:scalars(statement):all()
    assert.equal(1, statements)
    assert.equal("b", second[2].name)
    assert.is_true(two:contains(second[1]))
    assert.is_true(one:contains(first[1]))
    assert.is_false(first[1] == second[1])
  end)

  it("merges single objects, too", function()
    local frozen = session:scalars(la.select(User)):freeze()
    local other = la.Session(engine)
    local users = la.merge_frozen_result(other, la.select(User), frozen, {load = false})():all()
    assert.is_true(other:contains(users[1]))
  end)
end)

describe("other names of declarations", function()
  it("as_declarative makes a base of a table, synonym_for a synonym that is read by a function", function()
    local Base = la.as_declarative{}({
      id = la.Column{la.Integer, primary_key = true},
      __tablename__ = la.declared_attr(function(class) return class.__name__:lower() end),
    })
    local Job = Base:class("Job", {
      status = la.Column{la.String},
      shown = la.synonym_for("status")(function(self) return "Status: " .. self.status end),
    })
    assert.equal("job", Job.__table__.name)
    assert.equal("Status: x", Job{status = "x"}.shown)
    assert.equal("SELECT job.id \nFROM job \nWHERE job.status = :status_1",
      tostring(la.select(Job.id):where(Job.shown:eq("x"))))
    assert.is_true(la.attributes.is_instrumented(Job{}, "status"))
    assert.is_false(la.attributes.is_instrumented(Job{}, "metadata"))
    la.add_mapped_attribute(Job, "note", la.Column{la.String})
    assert.equal("n", Job{note = "n"}.note)
  end)
end)
