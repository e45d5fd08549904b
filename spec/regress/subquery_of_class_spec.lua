-- SELECT of a class in FROM: column properties have their keys there, and loader options say nothing.
local la = require "lualchemy"

local Base = la.declarative_base()
local User = Base:class("User", {__tablename__ = "user_account", id = la.Column{la.Integer, primary_key = true},
  name = la.Column(la.String), notes = la.deferred(la.Column(la.String))})
User.upper_name = la.column_property(la.func.upper(User.name))
User.later = la.deferred(User.name:op("||")("x"))
User.given = la.query_expression()

describe("a class in a subquery", function()
  local function keys(from) return table.concat(from.c:keys(), " ") end

  it("has the keys of its column properties", function()
    local sub = la.select(User):subquery()
    assert.equal("id name notes upper_name", keys(sub))
    assert.equal("SELECT anon_1.upper_1 \nFROM (SELECT user_account.id AS id, user_account.name AS name, "
      .. "user_account.notes AS notes, upper(user_account.name) AS upper_1 \nFROM user_account) AS anon_1",
      tostring(la.select(sub.c.upper_name)))
    assert.equal("id name notes upper_name", keys(la.union(la.select(User), la.select(User)):subquery()))
    assert.equal("later notes", keys(la.select(User.later, User.notes):subquery()))
    local styled = la.select(User):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL)
    assert.equal("user_account_id user_account_name user_account_notes upper_name", keys(styled:subquery()))
  end)

  it("has all columns, whatever options say", function()
    for _, option in ipairs{la.load_only(User.id), la.defer(User.name), la.undefer(User.later),
      la.with_expression(User.given, la.literal(7))} do
      assert.equal("id name notes upper_name", keys(la.select(User):options(option):subquery()))
    end
  end)

  it("keeps with_loader_criteria()", function()
    local sub = la.select(User.id):options(la.with_loader_criteria(User, User.name:eq("a"))):subquery()
    assert.equal("SELECT anon_1.id \nFROM (SELECT user_account.id AS id \nFROM user_account "
      .. "\nWHERE user_account.name = :name_1) AS anon_1", tostring(la.select(sub)))
  end)

  it("is read as rows of the class", function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    la.Session(engine, function(session)
      session:add(User{id = 1, name = "ed"})
      session:flush()
      local sub = session:query(User):subquery()
      local alias = la.aliased(User, sub)
      assert.equal("ED", session:query(alias):filter(sub.c.upper_name:eq("ED")):one().upper_name)
    end)
  end)
end)
