-- The columns of FROMs (t.c), what stands for what, and what statements say of themselves.
local la = require "lualchemy"

local m = la.MetaData()
local t = la.Table("t", m, la.Column("id", la.Integer, {primary_key = true}),
  la.Column("name", la.String, {key = "title"}))
local u = la.Table("u", m, la.Column("id", la.Integer, {primary_key = true}),
  la.Column("t_id", la.Integer, la.ForeignKey("t.id")))

local function fails(class, text, fn)
  local ok, e = pcall(fn)
  assert.is_false(ok, "no error")
  assert.is_true(la.exc[class]:is(e), tostring(e))
  assert.is_truthy(tostring(e):find(text, 1, true), tostring(e))
end

describe("t.c", function()
  it("knows columns by key and by number", function()
    assert.equal(t.c.title, t.c[2])
    assert.equal(t.c["id"], t.c:at("id"))
    assert.is_nil(t.c[3])
    assert.equal(2, #t.c)
  end)

  it("lists keys, columns and both", function()
    assert.same({"id", "title"}, t.c:keys())
    assert.equal(t.c.title, t.c:values()[2])
    assert.equal("title", t.c:items()[2][1])
    assert.equal(t.columns.id, t.c.id)
  end)

  it("can be asked without an error", function()
    assert.equal(t.c.id, t.c:get("id"))
    assert.is_nil(t.c:get("nope"))
    assert.equal(5, t.c:get("nope", 5))
    assert.is_true(t.c:contains("title"))
    assert.is_false(t.c:contains("name"))
    assert.is_true(t.c:contains_column(t.c.id))
    assert.is_false(t.c:contains_column(u.c.id))
  end)

  it("names the nearest where there is no such column", function()
    fails("InvalidRequestError", "t has no column 'tilte'; did you mean 'title'?", function() return t.c.tilte end)
    fails("InvalidRequestError", "'tilte'", function() return t.c:at{"id", "tilte"} end)
  end)

  it("prefers a column to a method", function()
    local k = la.table("k", la.column("keys"), la.column("a"))
    assert.equal("keys", k.c.keys.name)
  end)

  it("gives a part of itself", function()
    local part = t.c:at{"title", "id"}
    assert.same({"title", "id"}, part:keys())
    assert.equal("SELECT t.name, t.id \nFROM t", tostring(la.select(part)))
  end)

  it("is the same object each time", function()
    assert.equal(t.c, t.c)
    local a = t:alias()
    assert.equal(a.c.id, a.c.id)
  end)
end)

describe("keys", function()
  it("of a join have the name of the table", function()
    assert.same({"t_id", "t_title", "u_id", "u_t_id"}, t:join(u).c:keys())
  end)

  it("of a subquery are told apart", function()
    assert.same({"id", "title", "id_1", "t_id"}, la.select(t, u):subquery().c:keys())
    assert.same({"t_id", "t_title", "u_id", "u_t_id"},
      la.select(t, u):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL):subquery().c:keys())
  end)

  it("of a statement are its selected_columns", function()
    assert.same({"id", "id_1", "max"}, la.select(t.c.id, u.c.id, la.func.max(u.c.id)).selected_columns:keys())
    assert.same({"a"}, la.text("SELECT a"):columns(la.column("a")).selected_columns:keys())
    assert.same({"id"}, la.insert(t):returning(t.c.id).exported_columns:keys())
  end)

  it("of a UNION are those of the first part", function()
    assert.same({"id"}, la.union(la.select(t.c.id), la.select(u.c.t_id)):subquery().c:keys())
  end)
end)

describe("corresponding_column", function()
  it("finds what stands for a column", function()
    local s = la.select(t.c.title, t.c.id):subquery()
    assert.equal(s.c.id, s:corresponding_column(t.c.id))
    assert.equal(s.c.id, s.c:corresponding_column(t.c.id))
    assert.is_nil(s.c:corresponding_column(u.c.id))
    assert.equal(t.c.id, t.c:corresponding_column(t.c.id))
  end)

  it("goes through any number of subqueries", function()
    local s = la.select(la.select(la.select(t):subquery()):subquery()):subquery()
    assert.equal(s.c.title, s.c:corresponding_column(t.c.title))
  end)

  it("knows labels and the parts of a UNION", function()
    local s = la.select(t.c.id:label("x")):subquery()
    assert.equal(s.c.x, s.c:corresponding_column(t.c.id))
    local union = la.union(la.select(t.c.id, t.c.title), la.select(u.c.id, u.c.t_id)):subquery()
    assert.equal(union.c.title, union.c:corresponding_column(u.c.t_id))
  end)

  it("takes the nearest of several", function()
    local s = la.select(t.c.id, (t.c.id + 1):label("next"), t.c.id:label("again")):subquery()
    assert.equal(s.c.id, s.c:corresponding_column(t.c.id))
  end)
end)

describe("a FROM", function()
  it("tells its primary key and foreign keys", function()
    local s = la.select(u):subquery()
    assert.equal(s.c.id, s.primary_key[1])
    assert.equal(1, #s.foreign_keys)
    assert.is_true(s.c.id.primary_key)
  end)

  it("tells what it is made from", function()
    local s = la.select(t.c.id):subquery("s")
    assert.equal("s", s.name)
    assert.equal("s", s.description)
    assert.is_true(s:is_derived_from(t))
    assert.is_false(s:is_derived_from(u))
    assert.is_true(t:join(u):is_derived_from(u))
    assert.is_true(la.Subquery:is(s))
    assert.is_true(la.FromClause:is(s))
    assert.is_false(la.Select:is(s))
  end)

  it("of a SELECT is found", function()
    local froms = la.select(t.c.id):join(u).froms
    assert.equal(1, #froms)
    assert.is_true(la.Join:is(froms[1]))
    assert.equal(t, la.select(t.c.id, u.c.id).columns_clause_froms[1])
  end)
end)

describe("errors", function()
  it("of joins", function()
    local x = la.table("x", la.column("id"))
    fails("NoForeignKeysError", "Can't find any foreign key relationships between 't' and 'x'.",
      function() return t:join(x) end)
    fails("InvalidRequestError", "Don't know how to join to x",
      function() return tostring(la.select(t):join(x)) end)
    fails("InvalidRequestError", "Can't determine which FROM clause to join from",
      function() return tostring(la.select(t, t:alias()):join(u)) end)
    local two = la.Table("two", m, la.Column("a", la.Integer, la.ForeignKey("t.id")),
      la.Column("b", la.Integer, la.ForeignKey("t.id")))
    fails("AmbiguousForeignKeysError", "Can't determine join between 't' and 'two'",
      function() return t:join(two) end)
    fails("ArgumentError", "join() got an unexpected keyword argument 'outer'",
      function() return t:join(u, {outer = true}) end)
  end)

  it("of conditions", function()
    fails("ArgumentError", "column:eq(value)", function() return la.select(t):where(t.c.id == 5) end)
    fails("ArgumentError", "text('id = 5')", function() return la.select(t):where("id = 5") end)
    fails("InvalidRequestError", 'has no property "nope"', function() return la.select(t):filter_by{nope = 1} end)
  end)

  it("of arguments", function()
    fails("ArgumentError", "LIMIT / OFFSET expression expected, got 'x'.", function()
      return la.select(t):limit("x")
    end)
    fails("ArgumentError", "LIMIT / OFFSET", function() return la.select(t):limit(2.5) end)
    fails("ArgumentError", "additional FROM objects", function() return la.select(t):correlate(nil, t) end)
    fails("ArgumentError", "isolation_level", function()
      return la.select(t):execution_options{isolation_level = "x"}
    end)
    fails("ArgumentError", "not accepted by dialect 'mysql'", function()
      return la.update(t):with_dialect_options{mysql_top = 5}
    end)
    fails("InvalidRequestError", "has no columns", function() return la.select(t.c.id):scalar_subquery().c end)
  end)

  it("of values", function()
    local insert = la.insert(t)
    fails("ArgumentError", "Only a single dictionary", function() return insert:values({id = 1}, {id = 2}) end)
    fails("InvalidRequestError", "Can't mix single and multiple", function()
      return insert:values{id = 1}:values{{id = 2}}
    end)
    fails("InvalidRequestError", "already inserts from a SELECT", function()
      return insert:from_select({"id"}, la.select(u.c.id)):values{id = 1}
    end)
    fails("ArgumentError", "5 values given for a table of 2 columns", function()
      return insert:values{1, 2, 3, 4, 5}
    end)
    fails("InvalidRequestError", "return_defaults() is already configured", function()
      return insert:return_defaults():returning(t.c.id)
    end)
    fails("InvalidRequestError", "la.postgresql.insert(table)", function() return insert:on_conflict_do_nothing() end)
  end)

  it("of what can't be written to", function()
    local subject = "subject table for an INSERT, UPDATE or DELETE expected"
    for _, from in ipairs{la.select(t):subquery(), t:lateral("l"), t:tablesample(5), la.values(la.column("x"))} do
      fails("ArgumentError", subject, function() return la.insert(from) end)
      fails("ArgumentError", subject, function() return la.update(from) end)
      fails("ArgumentError", subject, function() return la.delete(from) end)
    end
    fails("CompileError", "INSERT needs a table that has a name",
      function() return tostring(la.insert(t:join(u)):values{id = 1}) end)
  end)

  it("of statements that say two things", function()
    fails("InvalidRequestError", "already inserts value expressions", function()
      return la.insert(t):values{{id = 1}, {id = 2}}:from_select({"id"}, la.select(u.c.id))
    end)
    fails("InvalidRequestError", "a CTE of update can't be united", function()
      return la.update(t):values{id = 1}:returning(t.c.id):cte():union(la.select(u.c.id))
    end)
  end)

  it("of tuples", function()
    local pair = la.tuple_(u.c.id, u.c.t_id)
    fails("ArgumentError", "IN of a tuple needs a list of lists", function() return pair:in_{{1, 2}, "xy"} end)
  end)

  it("of a join whose side has no columns", function()
    local j = t:join(la.text("x"), t.c.id:eq(1))
    fails("InvalidRequestError", "a text has no columns", function() return #j.c end)
    assert.equal("SELECT t.id FROM t JOIN x ON t.id = :id_1",
      (tostring(la.select(t.c.id):select_from(j)):gsub("%s+", " ")))
  end)
end)

describe("statements", function()
  it("stay as they were", function()
    local s = la.select(t.c.id)
    local text = tostring(s)
    s:where(t.c.id:eq(1)):order_by(t.c.id):limit(5):join(u)
    assert.equal(text, tostring(s))
    local insert = la.insert(t):values{id = 1}
    text = tostring(insert)
    insert:values{title = "x"}
    assert.equal(text, tostring(insert))
  end)

  it("nest a thousand levels", function()
    local s = la.select(t.c.id)
    for _ = 1, 1000 do s = la.select(s:subquery()) end
    assert.same({"id"}, s.selected_columns:keys())
    assert.is_truthy(tostring(s):find("AS anon_1000", 1, true))
  end)

  it("keep their execution options", function()
    local s = la.select(t):execution_options{a = 1}:execution_options{b = 2}
    assert.same({a = 1, b = 2}, s:get_execution_options())
  end)

  it("leave out columns that say so, unless they are named", function()
    local hidden = la.Table("u", la.MetaData(), la.Column("a", la.Integer),
      la.Column("b", la.Integer, {_omit_from_statements = true}))
    assert.equal("SELECT u.a \nFROM u", tostring(la.select(hidden)))
    assert.equal("SELECT u.a, u.b \nFROM u", tostring(la.select(hidden.c.a, hidden.c.b)))
    assert.equal("INSERT INTO u (a) VALUES (:a)", tostring(la.insert(hidden)))
    assert.equal("INSERT INTO u (a, b) VALUES (:a, :b)", tostring(la.insert(hidden):values{a = 1, b = 2}))
  end)
end)
