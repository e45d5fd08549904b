-- A column_property() that was made of attributes is one label in all of a statement.
local la = require "lualchemy"

describe("a column_property() of attributes", function()
  local Base = la.declarative_base()
  local A = Base:class("A", {__tablename__ = "a", id = la.Column(la.Integer, {primary_key = true}),
    first = la.Column(la.String), last = la.Column(la.String)})
  A.whole = la.column_property(A.first .. A.last)
  A.size = la.column_property(la.func.length(A.first):label("size"))

  it("is ordered by its name where it is selected", function()
    assert.equal("SELECT a.first || a.last AS anon_1 \nFROM a ORDER BY anon_1",
      tostring(la.select(A.whole):order_by(A.whole)))
    assert.equal("SELECT length(a.first) AS size \nFROM a ORDER BY size DESC",
      tostring(la.select(A.size):order_by(A.size:desc())))
    assert.equal("SELECT a.id, a.first, a.last, a.first || a.last AS anon_1, length(a.first) AS size \n"
      .. "FROM a ORDER BY anon_1", tostring(la.select(A):order_by(A.whole)))
    assert.equal("SELECT a.id \nFROM a ORDER BY a.first || a.last", tostring(la.select(A.id):order_by(A.whole)))
    local B = la.aliased(A)
    assert.equal("SELECT a_1.first || a_1.last AS anon_1 \nFROM a AS a_1 ORDER BY anon_1 DESC",
      tostring(la.select(B.whole):order_by(B.whole:desc())))
  end)
end)

describe("update():where() of three texts put together", function()
  it("asks the database for the rows that it changed", function()
    local Base = la.declarative_base()
    local A = Base:class("A", {__tablename__ = "a", id = la.Column(la.Integer, {primary_key = true}),
      first = la.Column(la.String), last = la.Column(la.String)})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local session, statements = la.Session(engine), {}
    session:add(A{id = 1, first = "f", last = "l"})
    session:commit()
    local a = session:get(A, 1)
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) statements[#statements + 1] = sql end)
    session:execute(la.update(A):where((A.first .. " " .. A.last):eq("f l")):values{last = "z"})
    session:execute(la.update(A):where((A.first .. A.last):eq("fz")):values{first = "y"})
    assert.same({"UPDATE a SET last=? WHERE (a.first || ? || a.last) = ? RETURNING id",
      "UPDATE a SET first=? WHERE (a.first || a.last) = ?"}, statements)
    assert.equal("y", a.first)
    assert.equal("z", a.last)
  end)
end)
