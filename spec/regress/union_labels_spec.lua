-- Labels and expressions of a Query in what is done with its union: they are columns of the subquery.
local la = require "lualchemy"

describe("Query:union()", function()
  local session, User

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column(la.String)})
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add_all{User{name = "ann"}, User{name = "bob"}, User{name = "bob"}}
    session:commit()
  end)

  it("selects, filters and orders by labels", function()
    local n = la.func.count(User.id):label("n")
    local query = session:query(User.name, n):group_by(User.name)
    local union = query:union(query):order_by(n:desc()):filter(n:gt(0))
    local rows = union:all()
    assert.same({"bob", 2, "ann", 1}, {rows[1].name, rows[1].n, rows[2].name, rows[2].n})
    local _, froms = tostring(union):gsub("FROM", "")
    assert.equal(3, froms)
    assert.matches("WHERE anon_1.n > %S+ ORDER BY anon_1.n DESC$", (tostring(union):gsub("%s+", " ")))
  end)

  it("orders by what a label stands for", function()
    local query = session:query(User, la.func.lower(User.name):label("low"))
    local union = query:union(query)
    assert.matches("ORDER BY lower%(anon_1.users_name%)$", tostring(union:order_by(la.func.lower(User.name))))
    assert.matches("ORDER BY anon_1.users_name$", tostring(union:order_by(User.__table__.c.name)))
  end)
end)
