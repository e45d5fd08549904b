-- What errors know.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("errors of " .. db.name, function()
    local engine, parent, child
    setup(function()
      engine = db:engine()
      local metadata = la.MetaData()
      parent = la.Table("parent", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("name", la.String(30), {nullable = false, unique = true}))
      child = la.Table("child", metadata, la.Column("id", la.Integer, {primary_key = true}),
        la.Column("parent_id", la.Integer, la.ForeignKey "parent.id"),
        la.Column("n", la.Integer, la.CheckConstraint("n > 0", {name = "n_positive"})))
      metadata:create_all(engine)
      engine:begin(function(conn) conn:execute(la.insert(parent), {name = "a"}) end)
    end)
    teardown(function() engine:dispose() end)

    local function failure(statement, parameters)
      local ok, e = pcall(engine.begin, engine, function(conn) conn:execute(statement, parameters) end)
      assert.is_false(ok)
      return e
    end

    it("of uniqueness", function()
      local e = failure(la.insert(parent), {name = "a"})
      assert.is_true(la.exc.IntegrityError:is(e))
      assert.equal("unique_violation", e.kind)
      assert.equal("parent", e.table)
      assert.equal("gkpj", e.code)
      assert.equal("a", e.params[1])
      assert.matches("INSERT INTO parent", e.statement, 1, true)
      assert.is_false(e.connection_invalidated)
      if db.name == "postgresql" then assert.equal("23505", e.sqlstate) end
    end)

    it("carry the driver's, whose library has a version", function()
      local e = failure(la.insert(parent), {name = "a"})
      assert.truthy(e.orig)
      assert.equal(e.orig, e.driver_exception)
      local version = engine.dialect.dbapi_version
      assert.truthy(#version >= 2 and version[1] >= 3)
      local ok, other = pcall(engine.connect, engine, function(conn) conn:execute(5) end)
      assert.is_false(ok)
      assert.is_nil(other.driver_exception)
    end)

    it("of NULL and of CHECK", function()
      local e = failure(la.insert(parent), {name = la.NULL})
      assert.equal("not_null_violation", e.kind)
      assert.equal("name", e.column)
      e = failure(la.insert(child), {n = -1})
      assert.equal("check_violation", e.kind)
      assert.equal("n_positive", e.constraint)
    end)

    it("of syntax and of names", function()
      assert.equal("syntax_error", failure(la.text "selec").kind)
      assert.equal("undefined_object", failure(la.text "select * from nowhere").kind)
    end)

    it("within many sets of parameters", function()
      local e = failure(la.insert(parent), {{name = "x"}, {name = "a"}})
      assert.equal("unique_violation", e.kind)
      local as_one = db.name == "postgresql" -- a statement with the rows of all sets
      assert.equal(not as_one, e.ismulti)
      assert.matches(as_one and "[parameters: ('x', 'a')]" or "[parameters: [('x',), ('a',)]]", tostring(e), 1, true)
    end)

    it("that hide their parameters", function()
      local hiding = la.create_engine(engine.url, {hide_parameters = true})
      local ok, e = pcall(hiding.connect, hiding, function(conn)
        conn:execute(la.text "select :x from nowhere", {x = "secret"})
      end)
      assert.is_false(ok)
      assert.matches("[SQL parameters hidden due to hide_parameters=True]", tostring(e), 1, true)
      hiding:dispose()
    end)
  end)
end

describe("create_engine", function()
  it("refuses what it does not know", function()
    for text, class in pairs{sqlite = "ArgumentError", ["foo://"] = "NoSuchModuleError",
      ["postgresql+nosuch://x"] = "NoSuchModuleError"} do
      local ok, e = pcall(la.create_engine, text)
      assert.is_false(ok)
      assert.is_true(la.exc[class]:is(e), text)
    end
    local ok, e = pcall(la.create_engine, "sqlite://", {ecko = true})
    assert.is_false(ok)
    assert.matches("ecko", tostring(e), 1, true)
  end)
end)
