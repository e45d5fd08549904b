--- Query: unions of expressions, methods after LIMIT, enable_eagerloads(); RETURNING of entities; load_only().
local la = require "lualchemy"

local Base = la.declarative_base()
local Word = Base:class("Word", {
  __tablename__ = "word",
  id = la.Column{la.Integer, primary_key = true},
  a = la.Column{la.String},
  b = la.Column{la.String},
  parts = la.relationship{"Part", lazy = "joined"},
})
Word.ab = la.column_property(Word.a + Word.b)
Base:class("Part", {
  __tablename__ = "part",
  id = la.Column{la.Integer, primary_key = true},
  word_id = la.Column{la.ForeignKey("word.id")},
})

local session, statements
before_each(function()
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  session, statements = la.Session(engine), {}
  session:add_all{Word{id = 1, a = "x", b = "y"}, Word{id = 2, a = "u", b = "v"}}
  session:commit()
  session:expunge_all()
  la.event.listen(engine, "before_cursor_execute", function(_, _, sql)
    statements[#statements + 1] = (sql:gsub("%s+", " "))
  end)
end)

local function values(query)
  local out = {}
  for i, row in ipairs(query:all()) do out[i] = {row:unpack()} end
  return out
end

describe("a union", function()
  it("has labels, functions and column properties as columns of its rows", function()
    local q = session:query(Word.id, Word.ab)
    assert.same({{1, "xy"}, {2, "uv"}}, values(q:union(q):order_by(Word.id)))
    assert.equal("SELECT anon_1.word_id AS anon_1_word_id, anon_1.anon_2 AS anon_1_anon_2 FROM (SELECT word.id AS "
      .. "word_id, word.a || word.b AS anon_2 FROM word UNION SELECT word.id AS word_id, word.a || word.b AS anon_2 "
      .. "FROM word) AS anon_1 ORDER BY anon_1.word_id", statements[1])
    assert.same({{1}, {2}}, values(session:query(la.func.max(Word.id)):union(session:query(la.func.min(Word.id)))))
    assert.same({{"u!"}, {"v"}, {"x!"}, {"y"}},
      values(session:query((Word.a + "!"):label("z")):union(session:query(Word.b))))
  end)

  it("of objects filters by their column properties", function()
    local all = session:query(Word)
    assert.equal("uv", all:union(all):filter(Word.ab:like("u%")):one().ab)
    assert.matches("anon_1.anon_2) LIKE ", statements[1], 1, true)
  end)
end)

describe("a Query with LIMIT", function()
  it("takes no more order or groups, unless told not to mind", function()
    local limited = session:query(Word):limit(1)
    for _, name in ipairs{"order_by", "group_by", "filter", "join"} do
      local ok, e = pcall(limited[name], limited, name == "join" and Word.parts or Word.id)
      assert.is_false(ok)
      assert.matches("Query." .. name .. "() being called on a Query which already has LIMIT or OFFSET applied.",
        tostring(e), 1, true)
    end
    assert.equal(1, limited:enable_assertions(false):order_by(Word.id):one().id)
  end)
end)

describe("enable_eagerloads(false)", function()
  it("leaves relationships for later", function()
    local query = session:query(Word):enable_eagerloads(false)
    assert.not_matches("JOIN", tostring(query.statement), 1, true)
    assert.equal(0, #query:filter(Word.id:eq(1)):one().parts)
    assert.equal(2, #statements)
  end)
end)

describe("RETURNING of an entity", function()
  it("has the columns of its table; expressions are read when they are asked for", function()
    local word = session:scalars(la.insert(Word):values{a = "q", b = "r"}:returning(Word)):one()
    assert.equal("INSERT INTO word (a, b) VALUES (?, ?) RETURNING id, a, b", statements[1])
    assert.equal("qr", word.ab)
  end)
end)

describe("load_only(…, {raiseload = true})", function()
  it("refuses what it leaves out", function()
    local word = session:scalars(la.select(Word):options(la.load_only(Word.a, {raiseload = true}))):unique():first()
    assert.equal("x", word.a)
    local ok, e = pcall(function() return word.b end)
    assert.is_false(ok)
    assert.matches("'Word.b' is not available due to raiseload=True", tostring(e), 1, true)
  end)
end)

describe("ordering_list", function()
  it("gives an item that is put in the place of another its position; the others keep theirs", function()
    local Other = la.declarative_base()
    local List = Other:class("List", {__tablename__ = "list", id = la.Column{la.Integer, primary_key = true},
      items = la.relationship{"Item", collection_class = la.ordering_list("position")}})
    local Item = Other:class("Item", {__tablename__ = "item", id = la.Column{la.Integer, primary_key = true},
      list_id = la.Column{la.ForeignKey("list.id")}, position = la.Column{la.Integer}})
    local list = List{items = {Item(), Item()}}
    list.items[2].position = 7
    list.items[1] = Item()
    la.inspect(list).attrs.items.history:empty()
    assert.equal(0, list.items[1].position)
    assert.equal(7, list.items[2].position)
  end)
end)
