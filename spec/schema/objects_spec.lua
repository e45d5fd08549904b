-- What is asked for before it is created; columns put between others; sequences, types and schemas of a MetaData.
local la = require "lualchemy"
local support = require "spec.support"

local First = la.CheckFirst

local function catalogue()
  local metadata = la.MetaData()
  local t = la.Table("objects_t", metadata, la.Column("id", la.Integer, {primary_key = true}),
    la.Column("n", la.Integer))
  local view = la.CreateView(la.select(t.c.id), "objects_view", {metadata = metadata}).table
  return metadata, t, view, la.Index("objects_ix", t.c.n)
end

for db in support.databases() do
  describe("CheckFirst in " .. db.name, function()
    local engine
    before_each(function() engine = db:engine() end)
    after_each(function()
      engine:begin(function(conn)
        conn:execute(la.text "DROP VIEW IF EXISTS objects_view")
        conn:execute(la.text "DROP TABLE IF EXISTS objects_t")
      end)
    end)

    local function raises(fn) assert.is_false((pcall(fn))) end

    it("asks for tables", function()
      local metadata, t, view = catalogue()
      metadata:create_all(engine, {checkfirst = First.TABLES})
      raises(function() metadata:create_all(engine, {checkfirst = First.TABLES}) end)
      metadata:create_all(engine, {checkfirst = First.TABLES + First.VIEWS})
      metadata:create_all(engine, {tables = {t}, checkfirst = First.TABLES})
      raises(function() metadata:create_all(engine, {tables = {view}, checkfirst = First.TABLES}) end)
      metadata:create_all(engine, {checkfirst = First.ALL})
    end)

    it("asks for nothing", function()
      local metadata, t = catalogue()
      t:create(engine, {checkfirst = First.NONE})
      raises(function() t:create(engine, {checkfirst = First.NONE}) end)
      raises(function() t:create(engine, {checkfirst = First.ALL - First.TABLES}) end)
      t:create(engine, {checkfirst = First.TABLES})
      metadata:drop_all(engine)
      raises(function() t:drop(engine, {checkfirst = First.NONE}) end)
      t:drop(engine, {checkfirst = First.TABLES})
    end)

    it("asks for indexes", function()
      local _, t, _, index = catalogue()
      t:create(engine)
      index:create(engine, {checkfirst = First.INDEXES})
      raises(function() index:create(engine, {checkfirst = First.TABLES}) end)
      index:drop(engine, {checkfirst = First.INDEXES})
      index:drop(engine, {checkfirst = First.INDEXES})
    end)

    if db.name == "postgresql" then
      it("asks for types", function()
        local mood = la.Enum("a", "b", {name = "objects_mood"})
        mood:create(engine, {checkfirst = First.TYPES})
        mood:create(engine, {checkfirst = First.TYPES})
        raises(function() mood:create(engine, {checkfirst = First.TABLES}) end)
        mood:drop(engine, {checkfirst = First.TYPES})
        mood:drop(engine, {checkfirst = First.TYPES})
      end)
    end
  end)
end

describe("CheckFirst", function()
  it("is a sum", function()
    assert.equal(First.ALL, First.TABLES + First.VIEWS + First.INDEXES + First.SEQUENCES + First.TYPES)
    local metadata = catalogue()
    local engine = la.create_mock_engine("sqlite://", function() end)
    for _, given in ipairs{64, 3, -2, "yes"} do
      assert.has_error(function() metadata:create_all(engine, {checkfirst = given}) end, la.exc.ArgumentError(
        "create_all: argument 'checkfirst' must be true, false or a sum of la.CheckFirst, got " .. tostring(given)))
    end
  end)
end)

describe("insert_column", function()
  local function keys(t) return table.concat(t.c:keys(), " ") end
  local function three()
    return la.Table("t", la.MetaData(), la.Column("a", la.Integer, {primary_key = true}), la.Column("b", la.Integer),
      la.Column("c", la.Integer))
  end

  it("puts a column before another", function()
    for index, wanted in pairs{[1] = "i a b c", [2] = "a i b c", [4] = "a b c i", [9] = "a b c i", [-1] = "a b i c",
                               [-9] = "i a b c"} do
      local t = three()
      t:insert_column(la.Column("i", la.Integer), index)
      assert.equal(wanted, keys(t))
    end
  end)

  it("is told by SQL", function()
    local t = three()
    t:insert_column(la.Column("i", la.String, {primary_key = true}), 1)
    assert.equal("SELECT t.i, t.a, t.b, t.c \nFROM t", tostring(la.select(t)))
    assert.equal("INSERT INTO t (i, a, b, c) VALUES (:i, :a, :b, :c)", tostring(t:insert()))
    assert.equal("i", t.c[1].name)
    assert.equal(2, #t.primary_key.columns)
    assert.truthy(tostring(la.schema.CreateTable(t)):find("i VARCHAR NOT NULL, \n\ta INTEGER", 1, true))
  end)

  it("replaces one of its name", function()
    for index, wanted in pairs{[1] = "b a c", [2] = "a b c", [3] = "a b c", [4] = "a c b"} do
      local t, column = three(), la.Column("b", la.String)
      t:insert_column(column, index, {replace_existing = true})
      assert.equal(wanted, keys(t))
      assert.equal(column, t.c.b)
    end
    assert.has_error(function() three():insert_column(la.Column("b", la.String), 1) end,
      la.exc.DuplicateColumnError("A column with name 'b' is already present in table 't'. Specify replace_existing="
        .. "True to Table.append_column() or Table.insert_column() to replace an existing column."))
  end)

  it("of tables of no MetaData", function()
    local t = la.table("t", la.column("a"), la.column("b"))
    local before = la.select(t.c.a)
    t:insert_column(la.column("i"), 1)
    t:append_column(la.column("z"))
    assert.equal("i a b z", keys(t))
    assert.equal("SELECT t.i, t.a, t.b, t.z \nFROM t", tostring(la.select(t)))
    assert.equal("SELECT t.a \nFROM t", tostring(before))
    assert.equal("SELECT s.a \nFROM t AS s", tostring(la.select(t:alias("s").c.a)))
  end)

  it("wants a position", function()
    for _, index in ipairs{0, 1.5, "x"} do
      assert.has_error(function() three():insert_column(la.Column("i", la.Integer), index) end, la.exc.ArgumentError(
        "insert_column: argument 'index' must be a position, the first is 1, got " .. tostring(index)))
    end
  end)
end)

describe("a MetaData tells", function()
  it("its schemas", function()
    assert.same({}, la.MetaData().schemas)
    assert.same({"foo"}, la.MetaData{schema = "foo"}.schemas)
    local metadata = la.MetaData{schema = "w"}
    la.Table("t", metadata, {schema = "x"})
    la.Table("u", metadata, {schema = "y"})
    assert.same({"x", "y", "w"}, metadata.schemas)
  end)

  local metadata = la.MetaData()
  local MyEnum = la.Enum:class("MyEnum", {})
  local foo, bar = la.Enum("a", "b", {name = "foo"}), la.Enum("x", "y", {name = "bar", metadata = metadata})
  local own = MyEnum("x", "b", {name = "foo", schema = "t", metadata = metadata})
  local sequence = la.Sequence("s")
  la.Table("t", metadata, la.Column("c", foo), la.Column("d", bar), la.Column("s", la.Integer, sequence),
    la.Column("l", la.ARRAY(la.Enum("q", {name = "inner"}))))

  local function names(list)
    local out = {}
    for i, object in ipairs(list) do out[i] = object.name end
    table.sort(out)
    return table.concat(out, " ")
  end

  it("its types and sequences", function()
    assert.same({}, la.MetaData():get_schema_objects(la.Enum))
    assert.equal("bar foo inner", names(metadata:get_schema_objects(la.Enum)))
    assert.equal("", names(metadata:get_schema_objects(MyEnum)))
    assert.equal("foo", names(metadata:get_schema_objects(la.Enum, {schema = "t"})))
    assert.equal("foo", names(metadata:get_schema_objects(MyEnum, {schema = "t"})))
    assert.equal("s", names(metadata:get_schema_objects(la.Sequence)))
    assert.equal(sequence, metadata:get_schema_objects(la.Sequence)[1])
  end)

  it("one of a name", function()
    assert.same({"a", "b"}, metadata:get_schema_object_by_name(la.Enum, "foo").enums)
    assert.equal(bar, metadata:get_schema_object_by_name(la.Enum, "bar"))
    assert.equal(own, metadata:get_schema_object_by_name(la.Enum, "foo", {schema = "t"}))
    assert.is_nil(metadata:get_schema_object_by_name(MyEnum, "bar"))
    assert.is_nil(metadata:get_schema_object_by_name(la.Enum, "bar", {schema = "t"}))
    assert.equal(bar, metadata:get_schema_object_by_name(la.Enum, "bar", {schema = la.NULL}))
    assert.has_error(function() metadata:get_schema_objects("Enum") end, la.exc.ArgumentError("get_schema_objects: "
      .. "argument 'kind' must be a class, as la.Enum or la.Sequence, got Enum"))
  end)

  it("with_cols() is for editors", function()
    local t = metadata.tables.t
    assert.equal(t, t:with_cols("UserColumns"))
  end)
end)
