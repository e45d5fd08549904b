-- Keys that the database makes for many new objects.
local la = require "lualchemy"
local support = require "spec.support"

local N = 20

for db in support.databases() do
  describe("keys that the database makes for many objects in " .. db.name, function()
    local engine, session, Thing
    before_each(function()
      local Base = la.declarative_base()
      Thing = Base:class("Thing", {
        __tablename__ = "thing",
        id = la.Column(la.Integer, {primary_key = true}),
        name = la.Column(la.String(50)),
      })
      engine = db:engine()
      Base.metadata:create_all(engine)
      session = la.Session(engine)
    end)
    after_each(function()
      session:close()
      engine:dispose()
    end)

    local function things()
      local list = {}
      for i = 1, N do list[i] = Thing{name = "n" .. i} end
      session:add_all(list)
      return list
    end

    local function check(list)
      for i = 1, N do
        assert.equal("n" .. i, session:scalar(la.select(Thing.name):where(Thing.id:eq(list[i].id))))
      end
    end

    it("are those of their rows, with gaps between them too", function()
      local first = things()
      session:flush()
      check(first)
      session:add(Thing{id = 1000, name = "far"})
      session:flush()
      local second = things()
      session:flush()
      check(second)
    end)

    it("are those of their rows where somebody listens", function()
      local sent = 0
      la.event.listen(engine, "before_cursor_execute", function(_, _, sql)
        if sql:find("RETURNING") then sent = sent + 1 end
      end)
      local list = things()
      session:flush()
      check(list)
      assert.equal(db.name == "postgresql" and 1 or N, sent)
    end)

    if db.name == "sqlite" then
      local function replaced(columns, ...)
        session:execute(la.text("DROP TABLE thing"))
        session:execute(la.text("CREATE TABLE thing (" .. columns .. ")"))
        for _, sql in ipairs{...} do session:execute(la.text(sql)) end
      end

      it("are never the rowids of a table whose key is something else", function()
        local list = things()
        session:flush()
        check(list)
        for _, columns in ipairs{"id INT PRIMARY KEY, name TEXT", "id INTEGER, name TEXT",
          "id INTEGER PRIMARY KEY DESC, name TEXT", '"ID" INT PRIMARY KEY, "_rowid_" TEXT, name TEXT'} do
          replaced(columns)
          things()
          assert.error_matches(function() session:flush() end, "has a NULL identity key")
          session:rollback()
        end
      end)

      it("are told beside triggers that write other rows", function()
        replaced("id INTEGER PRIMARY KEY, name TEXT", "CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT)",
          "INSERT INTO log VALUES (7000, 'first')",
          "CREATE TRIGGER note AFTER INSERT ON thing BEGIN INSERT INTO log (what) VALUES (new.name); END")
        local list = things()
        session:flush()
        check(list)
      end)

      it("are missed where a trigger skips a row", function()
        replaced("id INTEGER PRIMARY KEY, name TEXT",
          "CREATE TRIGGER skip BEFORE INSERT ON thing WHEN new.name = 'n7' BEGIN SELECT RAISE(IGNORE); END")
        things()
        assert.error_matches(function() session:flush() end, "gave 19 rows back for 20")
      end)
    end
  end)
end
