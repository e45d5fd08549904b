--- Two-phase transactions of a session over several engines: all are prepared, then all are committed.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("twophase = true over two engines in " .. db.name, function()
    local Base = la.declarative_base()
    local One = Base:class("One", {__tablename__ = "two_phase_one", id = la.Column{la.Integer, primary_key = true}})
    local Other = Base:class("Other", {__tablename__ = "two_phase_two", id = la.Column{la.Integer, primary_key = true}})
    local engines, heard, session

    before_each(function()
      engines, heard = {db:engine(), db:engine()}, {}
      for i, engine in ipairs(engines) do
        Base.metadata:create_all(engine)
        for _, name in ipairs{"prepare_twophase", "commit_twophase", "rollback_twophase"} do
          la.event.listen(engine, name, function() heard[#heard + 1] = name .. " " .. i end)
        end
      end
      session = la.Session{binds = {[One] = engines[1], [Other] = engines[2]}, twophase = true}
    end)

    after_each(function()
      session:close()
      for _, engine in ipairs(engines) do
        Base.metadata:drop_all(engine)
        engine:dispose()
      end
    end)

    if db.name == "sqlite" then
      it("is refused: the database has no such thing", function()
        session:add(One{id = 1})
        assert.error(function() session:flush() end)
      end)
    else
      it("prepares all before it commits one", function()
        session:add_all{One{id = 1}, Other{id = 1}}
        session:commit()
        assert.same({"prepare_twophase 1", "prepare_twophase 2", "commit_twophase 1", "commit_twophase 2"}, heard)
        assert.equal(1, session:scalar(la.select(la.func.count(Other.id))))
      end)

      it("rolls back what was prepared", function()
        session:add_all{One{id = 2}, Other{id = 2}}
        session:flush()
        session:prepare()
        session:rollback()
        assert.same({"prepare_twophase 1", "prepare_twophase 2", "rollback_twophase 1", "rollback_twophase 2"}, heard)
        assert.equal(0, session:scalar(la.select(la.func.count(One.id))))
      end)
    end
  end)
end
