-- Many new objects whose keys the database makes: sent as pages of rows.
local la = require "lualchemy"
local support = require "spec.support"

local Base = la.declarative_base()
local Leaf = Base:class("Leaf", {
  __tablename__ = "leaf_of_page",
  id = la.Column{la.Integer, la.Identity(), primary_key = true},
  name = la.Column{la.String(20)},
  made = la.Column{la.Integer, server_default = "7"},
})

for db in support.databases() do
  describe("pages of a flush on " .. db.name, function()
    local engine, session

    before_each(function()
      engine = db:engine()
      Base.metadata:drop_all(engine)
      Base.metadata:create_all(engine)
      session = la.Session(engine)
    end)
    after_each(function()
      session:close()
      Base.metadata:drop_all(engine)
      engine:dispose()
    end)

    local function leaves(n, name)
      local list = {}
      for i = 1, n do list[i] = Leaf{name = name and name(i) or "leaf " .. i} end
      session:add_all(list)
      return list
    end

    --- Has each object the key and the default of the row of its name?
    local function check(list)
      local found = {}
      for row in session:execute(la.select(Leaf.name, Leaf.id, Leaf.made)) do found[row.name] = row end
      for _, leaf in ipairs(list) do
        local row = found[leaf.name]
        assert.same({leaf.id, leaf.made}, {row.id, row.made})
      end
    end

    it("give each object its own key", function()
      for _, n in ipairs{999, 1001, 2500} do
        local list = leaves(n)
        session:flush()
        assert.equal(n - 1, list[n].id - list[1].id)
        check(list)
        session:rollback()
      end
    end)

    if db.name == "postgresql" then
      local function trigger(body)
        session:execute(la.text("CREATE OR REPLACE FUNCTION pg_temp.on_leaf() RETURNS trigger LANGUAGE plpgsql AS "
          .. "$$ BEGIN " .. body .. " RETURN NEW; END $$"))
        session:execute(la.text("CREATE TRIGGER on_leaf BEFORE INSERT ON leaf_of_page FOR EACH ROW "
          .. "EXECUTE FUNCTION pg_temp.on_leaf()"))
      end

      it("fail when a row is left out", function()
        trigger("IF NEW.name = 'leaf 1500' THEN RETURN NULL; END IF;")
        leaves(2500)
        local ok, e = pcall(session.flush, session)
        assert.falsy(ok)
        assert.truthy(tostring(e):find("gave 2499 rows back for 2500", 1, true))
      end)

      it("fail with the sets of the page that failed, and leave the connection fit", function()
        leaves(2500, function(i) return i == 1700 and ("x"):rep(21) or "leaf " .. i end)
        local ok, e = pcall(session.flush, session)
        assert.falsy(ok)
        assert.truthy(tostring(e):find("value too long", 1, true))
        assert.truthy(tostring(e):find("[parameters: ('leaf 1001', 'leaf 1002'", 1, true))
        session:rollback()
        assert.equal(0, session:scalar(la.select(la.func.count()):select_from(Leaf)))
      end)
    end
  end)
end
