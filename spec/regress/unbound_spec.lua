-- Constraints that belong to no table, and keywords that are None.
local la = require "lualchemy"

describe("a constraint of no table", function()
  it("can be neither added nor dropped", function()
    for _, class in ipairs{la.schema.AddConstraint, la.schema.DropConstraint} do
      for _, dialect in ipairs{"default", "postgresql", "mysql", "mssql", "oracle"} do
        local ok, e = pcall(function()
          return class(la.UniqueConstraint("a", {name = "u"})):compile{dialect = dialect}
        end)
        assert.is_false(ok)
        assert.is_true(la.exc.InvalidRequestError:is(e))
        assert.truthy(tostring(e):find("This constraint is not bound to a table", 1, true))
      end
    end
  end)
end)

describe("postgresql.array", function()
  it("takes NULL for no type", function()
    assert.equal("ARRAY[]", la.postgresql.array({}, {type_ = la.NULL}):compile{dialect = "postgresql"}.string)
  end)
end)
