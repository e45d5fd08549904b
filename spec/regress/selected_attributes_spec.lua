-- selected_columns of statements about mapped classes.
local la = require "lualchemy"

describe("selected_columns", function()
  local Base = la.declarative_base()
  local User = Base:class("User", {__tablename__ = "users", id = la.Column("user_id", la.Integer, {primary_key = true}),
    name = la.Column{la.String}})
  User.upper = la.column_property(la.func.upper(User.name))

  it("has the column properties of a class", function()
    assert.same({"user_id", "name", "upper"}, la.select(User).selected_columns:keys())
    assert.same({"user_id", "name", "upper"}, la.select(User).exported_columns:keys())
    assert.same({"user_id", "name", "upper"}, la.union(la.select(User), la.select(User)).selected_columns:keys())
  end)

  it("takes them into conditions", function()
    local stmt = la.select(User)
    assert.equal("SELECT users.user_id, users.name, upper(users.name) AS upper_1 \nFROM users \n"
      .. "WHERE upper(users.name) = :param_1", tostring(stmt:where(stmt.selected_columns.upper:eq("ED"))))
  end)
end)
