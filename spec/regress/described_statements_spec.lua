--- What statements tell of their columns, their entities and where they select from.
local la = require "lualchemy"

local Base = la.declarative_base()
local User = Base:class("User", {
  __tablename__ = "user",
  id = la.Column{la.Integer, primary_key = true},
  name = la.Column{la.String},
  posts = la.relationship{"Post"},
})
local Post = Base:class("Post", {
  __tablename__ = "post",
  id = la.Column{la.Integer, primary_key = true},
  user_id = la.Column{la.ForeignKey("user.id")},
})

local function each(descriptions, key)
  local out = {}
  for i, d in ipairs(descriptions) do out[i] = d[key] == nil and "-" or d[key] end
  return out
end

describe("column_descriptions", function()
  local alias = la.aliased(User)
  local stmt = la.select(User.name:label("x"), User.id + 1, la.func.count(User.id), la.func.count(),
    alias.name:label("y"), -Post.id, la.text("q"), la.select(User.id):scalar_subquery(), User.__table__)

  it("have the entity that expressions are of", function()
    assert.same({User, User, User, "-", alias, Post, "-", "-", "-", "-"}, each(stmt.column_descriptions, "entity"))
    assert.same({false, false, false, false, true, false, false, false, false, false},
      each(stmt.column_descriptions, "aliased"))
  end)

  it("have the names that the columns of rows get", function()
    assert.same({"x", "_no_label", "count", "count_1", "y", "_no_label_1", "-", "_no_label_2", "id", "name"},
      each(stmt.column_descriptions, "name"))
  end)

  it("of a Query name what has a key", function()
    local query = la.Session():query(User, User.id:label("p"), la.func.max(User.id), User.name)
    assert.same({"User", "p", "-", "name"}, each(query.column_descriptions, "name"))
  end)
end)

describe("an INSERT, UPDATE or DELETE of a class", function()
  it("tells the class and its table", function()
    for _, stmt in ipairs{la.insert(User), la.update(User), la.delete(User)} do
      local d = stmt.entity_description
      assert.equal("User", d.name)
      assert.equal(User, d.type)
      assert.equal(User, d.entity)
      assert.equal(User, d.expr)
      assert.equal(User.__table__, d.table)
    end
    assert.equal(User.__table__, la.insert(User.__table__).entity_description.table)
  end)

  it("tells the entities of what it returns", function()
    local stmt = la.insert(User):returning(User.id, User.name:label("n"))
    assert.same({"id", "n"}, each(stmt.returning_column_descriptions, "name"))
    assert.equal(User, stmt.returning_column_descriptions[1].entity)
  end)
end)

describe("get_final_froms()", function()
  it("has the joins along relationships", function()
    local froms = la.select(User):join(User.posts):get_final_froms()
    assert.equal(1, #froms)
    assert.equal('"user" JOIN post ON "user".id = post.user_id', tostring(froms[1]))
    assert.same({User.__table__, Post.__table__}, la.select(User, Post).columns_clause_froms)
  end)
end)
