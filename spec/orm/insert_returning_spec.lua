-- INSERT of many rows that gives objects back.
local la = require "lualchemy"
local support = require "spec.support"

local N = 2500

for db in support.databases() do
  describe("an insert of many rows that gives objects back in " .. db.name, function()
    local engine, session, Thing
    before_each(function()
      local Base = la.declarative_base()
      Thing = Base:class("Thing", {
        __tablename__ = "thing",
        id = la.Column(la.Integer, {primary_key = true}),
        name = la.Column(la.String(50)),
        made = la.Column(la.Integer, {server_default = "5"}),
        parts = la.relationship("Part"),
      })
      Base:class("Part", {
        __tablename__ = "part",
        id = la.Column(la.Integer, {primary_key = true}),
        thing_id = la.Column(la.ForeignKey("thing.id")),
      })
      engine = db:engine()
      Base.metadata:create_all(engine)
      session = la.Session(engine)
    end)
    after_each(function()
      session:close()
      engine:dispose()
    end)

    local function rows(n)
      local list = {}
      for i = 1, n do list[i] = {name = "n" .. i} end
      return list
    end

    local function by_name(list)
      local out, n = {}, 0
      for _, thing in ipairs(list) do
        if not out[thing.name] then n = n + 1 end
        out[thing.name] = thing
      end
      return out, n
    end

    it("makes them while the rows come, unless somebody is told of each", function()
      local returned = require "lualchemy.orm.returned"
      local new, readers = returned.new, 0
      returned.new = function(...)
        local reader = new(...)
        readers = readers + (reader and 1 or 0)
        return reader
      end
      finally(function() returned.new = new end)
      local statement, told = la.insert(Thing):returning(Thing), 0
      session:scalars(statement, rows(3)):all()
      assert.equal(1, readers)
      la.event.listen(Thing, "load", function() told = told + 1 end)
      session:scalars(statement, rows(3)):all()
      assert.equal(1, readers)
      assert.equal(3, told)
    end)

    it("gives an object for each row, of all batches", function()
      local made = session:scalars(la.insert(Thing):returning(Thing), rows(N)):all()
      assert.equal(N, #made)
      local names, n = by_name(made)
      assert.equal(N, n)
      local thing = names["n1234"]
      assert.equal(5, thing.made)
      assert.is_true(la.inspect(thing).persistent)
      assert.is_false(session:is_modified(thing))
      assert.equal(thing, session:get(Thing, thing.id))
      assert.equal("n1234", session:scalar(la.select(Thing.name):where(Thing.id:eq(thing.id))))
    end)

    it("gives them in the order of the rows where that is asked for", function()
      local made = session:scalars(la.insert(Thing):returning(Thing, {sort_by_parameter_order = true}), rows(N)):all()
      for i = 1, N do assert.equal("n" .. i, made[i].name) end
    end)

    it("gives rows of objects and columns", function()
      local result = session:execute(la.insert(Thing):returning(Thing, Thing.name:label("it"), Thing.made), rows(N))
      assert.same({"Thing", "it", "made"}, result:keys())
      local list = result:all()
      assert.equal(N, #list)
      for _, row in ipairs(list) do
        assert.equal(row.Thing.name, row.it)
        assert.equal(5, row[3])
      end
    end)

    it("gives them one by one, in part, as rows, as mappings", function()
      local result = session:execute(la.insert(Thing):returning(Thing), rows(3))
      assert.equal("n1", result:fetchone().Thing.name)
      assert.equal("n2", result:fetchmany(1)[1][1].name)
      assert.equal("n3", result:mappings():all()[1].Thing.name)
      local first = session:execute(la.insert(Thing):returning(Thing), rows(2)):first()
      assert.equal("n1", first.Thing.name)
      assert.equal("n1", session:scalars(la.insert(Thing):returning(Thing), {{name = "n1"}}):one().name)
      assert.equal(3, #session:scalars(la.insert(Thing):returning(Thing), rows(3)):unique():all())
    end)

    it("tells those who listen when all rows are there", function()
      local heard, counts = 0, {}
      la.event.listen(Thing, "load", function() heard = heard + 1 end)
      la.event.listen(engine, "before_cursor_execute", function() counts[#counts + 1] = heard end)
      assert.equal(N, #session:scalars(la.insert(Thing):returning(Thing), rows(N)):all())
      assert.equal(N, heard)
      for _, count in ipairs(counts) do assert.equal(0, count) end
    end)

    it("loads what options ask for", function()
      local made = session:scalars(la.insert(Thing):returning(Thing):options(la.selectinload(Thing.parts)), rows(5))
        :all()
      for _, thing in ipairs(made) do assert.is_true(la.inspect(thing).dict.parts ~= nil) end
    end)

    it("leaves nothing behind when a batch fails", function()
      local list = rows(N)
      list[N].id = 1
      list[1].id = 1
      for i = 2, N - 1 do list[i].id = i end
      local ok, e = pcall(session.scalars, session, la.insert(Thing):returning(Thing), list)
      assert.is_false(ok)
      assert.is_true(la.exc.IntegrityError:is(e))
      session:rollback()
      collectgarbage()
      assert.is_nil(session:get(Thing, 1))
      assert.equal(0, session:scalar(la.select(la.func.count(Thing.id))))
    end)

    it("takes what the rows are, whatever was sent for them", function()
      local function of(list)
        local out = {}
        for i, thing in ipairs(list) do out[i] = thing.id .. " " .. tostring(thing.name) end
        return out
      end
      session:execute(la.insert(Thing), {{id = 2, name = "two"}, {id = 4, name = "four"}})
      local insert = la[db.name].insert(Thing)
      local sets = {{id = 1, name = "a"}, {id = 2, name = "b"}, {id = 3, name = "c"}, {id = 4, name = "d"},
        {id = 5, name = "e"}}
      local rest = insert:on_conflict_do_nothing{index_elements = {Thing.id}}:returning(Thing)
      assert.same({"1 a", "3 c", "5 e"}, of(session:scalars(rest, sets):all()))
      session:expunge_all()
      for _, set in ipairs(sets) do set.id = set.id + 1 end
      local others = insert:on_conflict_do_update{index_elements = {Thing.id}, set_ = {name = "x"}}:returning(Thing)
      assert.same({"2 x", "3 x", "4 x", "5 x", "6 e"}, of(session:scalars(others, sets):all()))
    end)

    it("meets objects that the session has", function()
      local thing = Thing{id = 7, name = "old"}
      session:add(thing)
      session:flush()
      local upsert = la[db.name].insert(Thing)
      upsert = upsert:on_conflict_do_update{index_elements = {Thing.id}, set_ = {name = upsert.excluded.name}}
      local found = session:scalars(upsert:returning(Thing), {{id = 7, name = "new"}, {id = 8, name = "n8"}}):all()
      assert.equal(thing, found[1])
      assert.equal("old", thing.name)
      found = session:scalars(upsert:returning(Thing), {{id = 7, name = "new"}, {id = 8, name = "n8"}},
        {execution_options = {populate_existing = true}}):all()
      assert.equal(thing, found[1])
      assert.equal("new", thing.name)
    end)
  end)
end
