-- Session:merge and merge_all: the state of objects in those of the session.
local la = require "lualchemy"
local support = require "spec.support"

local function setup(db)
  local Base = la.declarative_base()
  local User = Base:class("User", {__tablename__ = "user_", name = la.Column{la.String},
    id = la.Column{la.Integer, primary_key = true, autoincrement = false}})
  local engine = db:engine()
  Base.metadata:create_all(engine)
  return engine, User
end

describe("merge_all", function()
  for db in support.databases() do
    it("gives the session's objects, new and old, with the state of those given on " .. db.name, function()
      local engine, User = setup(db)
      la.Session(engine, function(session)
        local ann = User{id = 1, name = "ann"}
        session:add(ann)
        session:commit()
        local merged = session:merge_all{User{id = 1, name = "anna"}, User{id = 2, name = "bob"}}
        assert.equal(ann, merged[1])
        assert.equal("anna", ann.name)
        session:commit()
        assert.same({"anna", "bob"}, session:scalars(la.select(User.name):order_by(User.id)):all())
      end)
      engine:dispose()
    end)

    it("reads nothing with load = false on " .. db.name, function()
      local engine, User = setup(db)
      local kept
      la.Session(engine, {expire_on_commit = false}, function(session)
        kept = User{id = 1, name = "ann"}
        session:add(kept)
        session:commit()
      end)
      la.Session(engine, function(session)
        local statements = 0
        la.event.listen(engine, "before_cursor_execute", function() statements = statements + 1 end)
        local merged = session:merge_all({kept}, {load = false})
        assert.equal("ann", merged[1].name)
        assert.equal(0, statements)
        assert.is_true(session:contains(merged[1]))
      end)
      engine:dispose()
    end)
  end
end)
