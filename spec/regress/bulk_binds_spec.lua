-- Lists of rows for statements of classes that set something themselves.
local la = require "lualchemy"

describe("statements with values of their own and a list of rows", function()
  local User, session

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {
      __tablename__ = "users", id = la.Column{la.Integer, primary_key = true}, name = la.Column{la.String},
      age = la.Column("age_int", la.Integer),
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
  end)
  after_each(function() session:close() end)

  it("take what their binds are called", function()
    session:execute(la.insert(User):values{age = la.bindparam("x") + 1}, {{name = "a", x = 1}, {name = "b", x = 2}})
    assert.same({2, 3}, session:scalars(la.select(User.age):order_by(User.id)):all())
  end)

  it("want the keys of rows that they update", function()
    local ok, e = pcall(function()
      session:execute(la.update(User):where(User.name:eq(la.bindparam("o"))):values{name = la.bindparam("n")}
        :execution_options{synchronize_session = false}, {{o = "a", n = "b"}})
    end)
    assert.is_false(ok)
    assert.matches("No primary key value supplied for column%(s%) users.id", tostring(e))
  end)
end)
