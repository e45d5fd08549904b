-- What a flush sends for many objects, and what they are afterwards.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("a flush of many objects in " .. db.name, function()
    local engine, session, Thing, sent
    before_each(function()
      local Base = la.declarative_base()
      Thing = Base:class("Thing", {
        __tablename__ = "thing",
        id = la.Column(la.Integer, {primary_key = true}),
        name = la.Column(la.String(50)),
        size = la.Column(la.Integer),
        made = la.Column(la.Integer, {server_default = "5"}),
      })
      engine = db:engine()
      Base.metadata:create_all(engine)
      session = la.Session(engine)
      sent = {}
      la.event.listen(engine, "before_cursor_execute", function(_, _, sql, _, _, many)
        sent[#sent + 1] = sql:match("%a+") .. (many and " many" or "")
      end)
    end)
    after_each(function()
      session:close()
      engine:dispose()
    end)

    local function rows()
      local list = {}
      for _, row in ipairs(session:execute(la.select(Thing.id, Thing.name, Thing.size, Thing.made):order_by(Thing.id))
        :all()) do
        list[#list + 1] = ("%s %s %s %s"):format(tostring(row[1]), tostring(row[2]), tostring(row[3]), tostring(row[4]))
      end
      return list
    end

    it("sends those with the same columns together, in the order in which they were added", function()
      session:add_all{Thing{id = 3, name = "c"}, Thing{id = 1, name = "a", size = 4}, Thing{id = 2, made = 9},
        Thing{id = 5, made = 8}}
      session:flush()
      assert.equal(db.name == "postgresql" and 2 or 3, #sent) -- SQLite: rows come back in order one by one
      assert.same({"1 a 4 5", "2 nil nil 9", "3 c nil 5", "5 nil nil 8"}, rows())
    end)

    it("gives them the keys and defaults of the database", function()
      local list = {}
      for i = 1, 2500 do list[i] = Thing{name = "n" .. i} end
      session:add_all(list)
      session:flush()
      for i = 1, 2500 do assert.same({i, 5, nil}, {list[i].id, list[i].made, list[i].size}) end
      if db.name == "postgresql" then assert.same({"INSERT many", "INSERT many", "INSERT many"}, sent) end
      assert.equal(list[7], session:get(Thing, 7))
      assert.is_true(la.inspect(list[7]).persistent)
      assert.is_false(session:is_modified(list[7]))
      assert.equal(2500, session:scalar(la.select(la.func.count(Thing.id))))
    end)

    it("gives them the defaults of the client, and sends these as if they had been given", function()
      local counter = 0
      local Base = la.declarative_base()
      local Part = Base:class("Part", {
        __tablename__ = "part",
        id = la.Column(la.Integer, {primary_key = true}),
        name = la.Column(la.String(50)),
        size = la.Column(la.Integer, {default = 7}),
        ready = la.Column(la.Boolean, {default = false, onupdate = true}),
        kind = la.Column(la.String(10), {default = "small"}),
      })
      local Counted = Base:class("Counted", {
        __tablename__ = "counted",
        id = la.Column(la.Integer, {primary_key = true}),
        size = la.Column(la.Integer, {default = 7}),
        number = la.Column(la.Integer, {default = function()
          counter = counter + 1
          return counter
        end}),
      })
      Base.metadata:create_all(engine)
      local list = {}
      for i = 1, 20 do list[i] = Part{name = "p" .. i, kind = i == 20 and "large" or nil} end
      for i = 1, 5 do list[20 + i] = Counted{} end
      session:add_all(list)
      session:flush()
      for i = 1, 20 do
        local inside = la.inspect(list[i]).dict
        assert.same({7, false, i == 20 and "large" or "small"}, {inside.size, inside.ready, inside.kind})
        assert.is_false(session:is_modified(list[i]))
      end
      for i = 21, 25 do assert.same({7, i - 20}, {list[i].size, list[i].number}) end
      for i = 1, 20 do list[i].name = "new" end
      session:flush()
      for i = 1, 20 do assert.is_true(la.inspect(list[i]).dict.ready) end
      session:expire_all()
      for i = 1, 20 do
        assert.same({"new", 7, true, i == 20 and "large" or "small"},
          {list[i].name, list[i].size, list[i].ready, list[i].kind})
      end
    end)

    it("gives them their first version, unless they have one, and counts it", function()
      local Base = la.declarative_base()
      local made = 0
      local function versioned(name, generator)
        local version = la.Column(la.Integer, {nullable = false})
        return Base:class(name, {
          __tablename__ = name:lower(),
          id = la.Column(la.Integer, {primary_key = true}),
          version = version,
          name = la.Column(la.String(50)),
          __mapper_args__ = {version_id_col = version, version_id_generator = generator},
        })
      end
      local Plain = versioned("Plain")
      local Own = versioned("Own", function(before)
        made = made + 1
        return (before or 100) + 10
      end)
      Base.metadata:create_all(engine)
      local list = {}
      for i = 1, 10 do list[i] = Plain{name = "n" .. i, version = i % 3 == 0 and 40 or nil} end
      for i = 11, 20 do list[i] = Own{name = "n" .. i} end
      session:add_all(list)
      session:flush()
      assert.equal(10, made)
      for i = 1, 10 do assert.equal(i % 3 == 0 and 40 or 1, list[i].version) end
      for i = 11, 20 do assert.equal(110, list[i].version) end
      for i = 1, 20 do list[i].name = "new" end
      session:commit()
      for i = 1, 10 do assert.equal(i % 3 == 0 and 41 or 2, list[i].version) end
      for i = 11, 20 do assert.equal(120, list[i].version) end
    end)

    it("sends SQL expressions each by itself, the others together", function()
      local special = Thing{id = 2, size = la.func.abs(-3)}
      session:add_all{Thing{id = 1}, special, Thing{id = 3}, Thing{id = 4}}
      session:flush()
      assert.equal(3, special.size)
      assert.same({"1 nil nil 5", "2 nil 3 5", "3 nil nil 5", "4 nil nil 5"}, rows())
    end)

    it("updates those of which the same columns changed together, by their keys", function()
      local list = {}
      for i = 1, 6 do list[i] = Thing{id = i, name = "n", size = i} end
      session:add_all(list)
      session:commit()
      for i = 1, 6 do assert.equal("n", list[i].name) end
      sent = {}
      for i = 6, 1, -1 do list[i].name = "m" .. i end
      list[4].size = 40
      list[5].name = "n" -- as it was
      session:flush()
      assert.same({"UPDATE many", "UPDATE", "UPDATE"}, sent)
      assert.same({"1 m1 1 5", "2 m2 2 5", "3 m3 3 5", "4 m4 40 5", "5 n 5 5", "6 m6 6 5"}, rows())
      assert.same({}, session.dirty)
      assert.is_false(session:is_modified(list[1]))
    end)

    it("notices rows that are gone", function()
      local list = {Thing{id = 1, name = "a"}, Thing{id = 2, name = "b"}}
      session:add_all(list)
      session:flush()
      list[1].name, list[2].name = "x", "y"
      session:connection():execute(la.text "delete from thing where id = 2")
      local ok, e = pcall(session.flush, session)
      assert.is_false(ok)
      assert.is_true(la.exc.StaleDataError:is(e), tostring(e))
      assert.matches("expected to update 2 row(s); 1 were matched", tostring(e), 1, true)
    end)

    it("that fails leaves new objects transient", function()
      session:add(Thing{id = 1})
      session:commit()
      local list = {Thing{id = 7, name = "a"}, Thing{id = 1, name = "b"}, Thing{id = 8, name = "c"}}
      session:add_all(list)
      assert.has_error(function() session:flush() end)
      session:rollback()
      for _, obj in ipairs(list) do assert.is_true(la.inspect(obj).transient) end
      assert.equal("c", list[3].name)
      assert.same({"1 nil nil 5"}, rows())
    end)

    it("tells listeners of each object", function()
      local heard = {}
      la.event.listen(Thing, "before_insert", function(_, _, obj)
        obj.size = obj.id * 10
        heard[#heard + 1] = obj.id
      end)
      la.event.listen(session, "pending_to_persistent", function(_, obj) heard[#heard + 1] = -obj.id end)
      session:add_all{Thing{id = 1}, Thing{id = 2}}
      session:flush()
      assert.same({1, 2, -1, -2}, heard)
      assert.same({"1 nil 10 5", "2 nil 20 5"}, rows())
    end)

    it("may be of single objects", function()
      local list = {Thing{id = 1, name = "a"}, Thing{id = 2, name = "b"}}
      session:add_all(list)
      session:flush{list[2]}
      assert.same({list[1]}, {(session.new)[1]})
      assert.is_true(la.inspect(list[2]).persistent)
      session:flush()
      assert.same({"1 a nil 5", "2 b nil 5"}, rows())
    end)
  end)
end

describe("new objects", function()
  local Base = la.declarative_base()
  local Thing = Base:class("New", {
    __tablename__ = "new", id = la.Column(la.Integer, {primary_key = true}), name = la.Column(la.String),
  })

  it("know what was set", function()
    local thing = Thing{name = "a"}
    local history = la.inspect(thing).attrs.name.history
    assert.same({{"a"}, {}, {}}, {history.added, history.unchanged, history.deleted})
    assert.is_true(la.inspect(thing).attrs.id.history:empty())
    assert.is_true(la.inspect(thing).modified)
    assert.is_false(la.inspect(Thing()).modified)
    assert.is_nil(thing.id)
  end)

  it("are made by __init__ as soon as there is one", function()
    assert.equal("x", Thing{name = "x"}.name)
    function Thing:__init__(o) self.name = o.name .. "!" end
    assert.equal("x!", Thing{name = "x"}.name)
  end)

  it("have listeners and unknown names as before", function()
    local Heard = Base:class("Heard", {
      __tablename__ = "heard", id = la.Column(la.Integer, {primary_key = true}), name = la.Column(la.String),
    })
    assert.equal("x", Heard{name = "x"}.name)
    la.event.listen(Heard.name, "set", function(_, value) return value:upper() end, {retval = true})
    assert.equal("X", Heard{name = "x"}.name)
    assert.has_error(function() return Heard{nmae = "x"} end)
  end)
end)
