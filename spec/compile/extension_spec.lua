-- Extensions of the syntax of statements: ext(), the points where they stand, filter_by() over several FROMs.
local la = require "lualchemy"
local support = require "spec.support"
local compiles = support.compiles

--- A function that adds the extension to what stands at the point.
local function append(point)
  return function(self, statement)
    statement:apply_syntax_extension_point(function(existing)
      existing[#existing + 1] = self
      return existing
    end, point)
  end
end

local function extension(name, body, text)
  body.inherit_cache = true
  local class = la.ClauseElement:class(name, la.SyntaxExtension, body)
  la.compiles(class)(type(text) == "function" and text or function() return text end)
  return class
end

local PostSelect = extension("PostSelect", {apply_to_select = append "post_select"}, "POST SELECT")
local PreColumns = extension("PreColumns", {apply_to_select = append "pre_columns"}, "PRE COLUMNS")
local Criteria = extension("Criteria", {
  apply_to_select = append "post_criteria", apply_to_update = append "post_criteria",
  apply_to_delete = append "post_criteria",
}, "CRITERIA")
local Replacing = extension("Replacing", {apply_to_select = function(self, select)
  select:apply_syntax_extension_point(self.append_replacing_same_type, "post_criteria")
end}, "REPLACING")
local Alone = extension("Alone", {apply_to_select = function(self, select)
  select:apply_syntax_extension_point(function() return {self} end, "post_criteria")
end}, "ALONE")
local PostBody = extension("PostBody", {apply_to_select = append "post_body"}, "POST BODY")
local PostValues = extension("PostValues", {apply_to_insert = append "post_values"}, "POST VALUES")
local Silent = extension("Silent", {apply_to_select = append "post_body"}, "")
local Columns = extension("Columns", {
  __init__ = function(self, ...) self.exprs = {...} end,
  apply_to_select = append "post_criteria", apply_to_update = append "post_criteria",
  apply_to_delete = append "post_criteria",
}, function(element, compiler, kw) return "/* " .. compiler:process(element.exprs, kw) .. " */" end)

local a, b = la.column("a"), la.column("b")
local t = la.table("t", la.column("a"), la.column("b"))
local stmt = la.select(a, b):where(la.column("q"):eq(5)):having(la.column("z"):eq(10)):order_by(la.column("r"))

describe("ext", function()
  compiles("post_select", la.select(a):ext(PostSelect()):distinct(), {default = "SELECT POST SELECT DISTINCT a"})
  compiles("pre_columns", la.select(a):ext(PreColumns()):distinct(), {default = "SELECT DISTINCT PRE COLUMNS a"})
  compiles("post_criteria", stmt:ext(Criteria()), {
    default = "SELECT a, b WHERE q = :q_1 HAVING z = :z_1 CRITERIA ORDER BY r",
  })
  compiles("post_body", stmt:limit(15):ext(PostBody()), {
    default = "SELECT a, b WHERE q = :q_1 HAVING z = :z_1 ORDER BY r LIMIT :param_1 POST BODY",
    sqlite = "SELECT a, b WHERE q = :q_1 HAVING z = :z_1 ORDER BY r LIMIT :param_1 OFFSET :param_2 POST BODY",
    postgresql = "SELECT a, b WHERE q = :q_1 HAVING z = :z_1 ORDER BY r  LIMIT :param_1 POST BODY",
  })
  compiles("post_values", t:insert():ext(PostValues()), {default = "INSERT INTO t (a, b) VALUES (:a, :b) POST VALUES"})
  compiles("of UPDATE", t:update():ext(Criteria()):where(t.c.a:eq("hi")):values{b = 1}, {
    default = "UPDATE t SET b=:b WHERE t.a = :a_1 CRITERIA",
  })
  compiles("of DELETE", t:delete():ext(Criteria()):where(t.c.a:eq("hi")), {
    default = "DELETE FROM t WHERE t.a = :a_1 CRITERIA",
  })
  compiles("several", stmt:ext(Criteria()):ext(Replacing()):ext(Criteria()):ext(Replacing()), {
    default = "SELECT a, b WHERE q = :q_1 HAVING z = :z_1 CRITERIA CRITERIA REPLACING ORDER BY r",
  })
  compiles("in the place of others", stmt:ext(Criteria()):ext(Replacing()):ext(Alone()), {
    default = "SELECT a, b WHERE q = :q_1 HAVING z = :z_1 ALONE ORDER BY r",
  })
  compiles("without text", la.select(a):ext(Silent()):ext(Silent()), {default = "SELECT a"})
  compiles("with expressions", la.select(t):ext(Columns(t.c.a, t.c.b + 5)), {
    default = "SELECT t.a, t.b FROM t /* t.a, t.b + :b_1 */", params = {b_1 = 5},
  })
  compiles("adapted with the statement", function()
    local sub = la.select(t):subquery("s")
    return la.sql.util.ClauseAdapter(sub):traverse(la.select(t.c.a):ext(Columns(t.c.b)))
  end, {default = "SELECT s.a FROM (SELECT t.a AS a, t.b AS b FROM t) AS s /* s.b */"})

  it("leaves the statement as it was", function()
    stmt:ext(Criteria())
    assert.is_nil(tostring(stmt):find("CRITERIA", 1, true))
  end)

  it("knows extensions by their classes", function()
    assert.is_true(la.SyntaxExtension:is(Columns(a)))
    assert.is_true(Columns:is(Columns(a)))
    assert.is_false(la.SyntaxExtension:is(a))
    assert.equal(a, Columns(a, b).exprs[1])
    local two = Replacing():append_replacing_same_type{Replacing(), Criteria()}
    assert.is_true(Criteria:is(two[1]))
    assert.is_true(Replacing:is(two[2]))
    assert.is_nil(two[3])
  end)

  local function fails(name, class, message, fn)
    it(name, function()
      local ok, e = pcall(fn)
      assert.is_false(ok)
      assert.is_true(class:is(e))
      assert.equal(message, tostring(e))
    end)
  end

  fails("refuses other statements", la.exc.NotImplementedError, "Extension PostValues cannot be applied to select",
    function() la.select(a):ext(PostValues()) end)
  fails("refuses what is no extension", la.exc.ArgumentError, "SyntaxExtension expected, got COLUMN.",
    function() la.select(a):ext(a) end)
  fails("refuses unknown points", la.exc.ValueError, "Unknown position 'post_values' for select construct; known "
    .. "positions: 'post_select', 'pre_columns', 'post_criteria', 'post_body'",
    function() la.select(a):ext(extension("Nowhere", {apply_to_select = append "post_values"}, "")()) end)
  fails("changes no finished statement", la.exc.InvalidRequestError, "apply_syntax_extension_point() changes a "
    .. "statement while ext() applies an extension to it, not else",
    function() append("post_body")(PostBody(), la.select(a)) end)
end)

describe("the limit of MySQL", function()
  local limit = la.mysql.limit
  local never = {fails = "can't render element of type mysql_limit"}
  compiles("of UPDATE", t:update():values{a = 1}:ext(limit(5)), {
    default = never, mysql = "UPDATE t SET a=:a LIMIT __[POSTCOMPILE_param_1]", params = {a = 1, param_1 = 5},
  })
  compiles("of DELETE, the last one", t:delete():where(t.c.a:eq(1)):ext(limit(5)):ext(limit(0)), {
    default = never, mysql = "DELETE FROM t WHERE t.a = :a_1 LIMIT 0", options = {render_postcompile = true},
  })
  compiles("of an expression", t:delete():ext(limit(la.bindparam("n", 5))), {
    default = never, mysql = "DELETE FROM t LIMIT __[POSTCOMPILE_n]", params = {n = 5},
  })
  it("prints", function()
    assert.equal("DELETE FROM t LIMIT __[POSTCOMPILE_param_1]", tostring(t:delete():ext(limit(5))))
    assert.has_error(function() la.select(t):ext(limit(5)) end,
      la.exc.NotImplementedError("Extension mysql_limit cannot be applied to select"))
  end)
end)

-- ---- with classes ----

local Base = la.declarative_base()
local User = Base:class("User", {
  __tablename__ = "extended_user",
  id = la.Column{la.Integer, primary_key = true}, name = la.Column{la.String(20)},
  nick = la.Column{"nickname", la.String(20)},
  addresses = la.relationship{"Address", order_by = "Address.id"},
})
local Address = Base:class("Address", {
  __tablename__ = "extended_address",
  id = la.Column{la.Integer, primary_key = true}, email = la.Column{la.String(20)},
  user_id = la.Column{la.ForeignKey("extended_user.id")},
})

describe("extensions of statements of classes", function()
  compiles("stand where they did", la.select(User.id):ext(Columns(User.nick)):where(User.name:eq("x")), {
    default = "SELECT extended_user.id FROM extended_user WHERE extended_user.name = :name_1 "
      .. "/* extended_user.nickname */",
  })
  compiles("of DELETE", la.delete(User):ext(Columns(User.nick)), {
    default = "DELETE FROM extended_user /* extended_user.nickname */",
  })
  compiles("of a Query", la.Query(User.id):ext(Columns(User.nick)).statement, {
    default = "SELECT extended_user.id FROM extended_user /* extended_user.nickname */",
  })
  it("of a Query are checked", function()
    assert.has_error(function() la.Query(User):ext(5) end, la.exc.ArgumentError("SyntaxExtension expected, got 5."))
  end)
end)

local Also = extension("Also", {
  __init__ = function(self, condition) self.condition = condition end,
  apply_to_select = append "post_criteria", apply_to_update = append "post_criteria",
  apply_to_delete = append "post_criteria",
}, function(element, compiler, kw) return "AND " .. compiler:process(element.condition, kw) end)

for db in support.databases() do
  describe("extensions in " .. db.name, function()
    it("are executed, each with its values", function()
      local engine = db:engine()
      Base.metadata:drop_all(engine)
      Base.metadata:create_all(engine)
      la.Session(engine, function(session)
        session:add_all{User{name = "a", addresses = {Address{email = "x"}, Address{email = "y"}}}, User{name = "b"}}
        session:commit()
        for _, name in ipairs{"a", "b"} do
          local chosen = la.select(User):where(User.id:gt(0)):ext(Also(User.name:eq(name)))
          assert.equal(name, session:scalars(chosen):one().name)
        end
        local eager = la.select(User):where(User.id:gt(0)):order_by(User.id):limit(1):ext(Also(User.name:ne("b")))
        assert.equal(2, #session:scalars(eager:options(la.joinedload(User.addresses))):unique():one().addresses)
        local users = session:query(User):filter(User.id:gt(0)):ext(Also(User.name:eq("a")))
        assert.equal(1, users:update({nick = "z"}, {synchronize_session = false}))
        assert.same({"z"}, session:scalars(la.select(User.nick):where(User.nick:is_not(nil))):all())
        assert.equal("a", users:one().name)
        local gone = session:query(Address):filter(Address.id:gt(0)):ext(Also(Address.email:eq("x")))
        assert.equal(1, gone:delete{synchronize_session = false})
        session:rollback()
      end)
      Base.metadata:drop_all(engine)
    end)
  end)
end

-- ---- filter_by ----

describe("filter_by over several FROMs", function()
  local users, addresses = User.__table__, Address.__table__
  local function where(statement) return tostring(statement):match("WHERE (.*)$") end

  it("asks what was joined last first", function()
    local joined = la.select(User):join(User.addresses)
    assert.equal("extended_address.id = :id_1", where(joined:filter_by{id = 5}))
  end)
  it("finds what only another one has", function()
    local joined = la.select(User):join(User.addresses)
    assert.equal("extended_user.nickname = :nickname_1", where(joined:filter_by{nick = "x"}))
    assert.equal("extended_user.name = :name_1", where(la.select(users):join(addresses):filter_by{name = "x"}))
  end)
  it("knows joins of columns before", function()
    local joined = la.select(users):join(addresses):with_only_columns(users.c.id)
    assert.equal("extended_address.email = :email_1", where(joined:filter_by{email = "x"}))
  end)
  it("of UPDATE and DELETE knows tables of WHERE", function()
    local condition = users.c.id:eq(addresses.c.user_id)
    assert.equal("extended_user.id = extended_address.user_id AND extended_address.email = :email_1",
      where(la.delete(users):where(condition):filter_by{email = "x"}))
  end)
  it("raises where several have the name", function()
    local one, two = la.aliased(User, {name = "one"}), la.aliased(User, {name = "two"})
    local ok, e = pcall(function() la.select(Address, one, two):filter_by{name = "x"} end)
    assert.is_false(ok)
    assert.is_true(la.exc.AmbiguousColumnError:is(e))
    assert.is_true(la.exc.InvalidRequestError:is(e))
    assert.equal('Attribute name "name" is ambiguous; it exists in multiple FROM clause entities (extended_address, '
      .. "one, two). Use filter() with explicit column references instead of filter_by().", tostring(e))
  end)
  it("raises where none has it", function()
    assert.has_error(function() la.select(User):join(User.addresses):filter_by{none = "x"} end,
      la.exc.InvalidRequestError('Entity namespace for "extended_address" has no property "none"'))
  end)
  it("of a Query knows one alone", function()
    assert.has_error(function() la.Query(User):join(User.addresses):filter_by{name = "x"} end,
      la.exc.InvalidRequestError('Entity namespace for "extended_address" has no property "name"'))
  end)
end)
